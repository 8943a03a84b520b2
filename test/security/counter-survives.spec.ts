// R-03, T-02, T-16. The attacker guesses and then makes something fail. They hang up before the answer, kill a process,
// break the log, or make the database wait until it times out. A guess that was checked stays counted. A guess that
// could not be counted was not checked. No failure leads to an accepted code.
import { request, type ClientRequest } from 'node:http';
import type { EnrolledUser } from '../support/api.js';
import { Stage, statuses } from '../support/stage.js';

const BREAK_LOG = `
  CREATE FUNCTION break_log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'the log is broken'; END $$;
  CREATE TRIGGER break_log BEFORE INSERT ON audit_events FOR EACH ROW
    WHEN (new.user_id LIKE 'broken%') EXECUTE FUNCTION break_log()`;
const MEND_LOG = 'DROP TRIGGER break_log ON audit_events; DROP FUNCTION break_log()';

describe('the counter of wrong codes', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open(2);
  });
  afterAll(() => stage.stop());

  /** Sends a code and leaves the connection to the caller. */
  function send(url: string, user: EnrolledUser, code: string): ClientRequest {
    const headers = { authorization: `Bearer ${stage.token}`, 'content-type': 'application/json' };
    const sent = request(`${url}/v1/users/${user.userId}/verify`, { method: 'POST', headers, agent: false });
    sent.on('error', () => undefined);
    sent.end(JSON.stringify({ code }));
    return sent;
  }

  async function untilJudged(userId: string, count: number): Promise<string[]> {
    for (let tries = 0; tries < 300; tries += 1) {
      const verdicts = await stage.verdicts(userId);
      if (verdicts.length >= count) return verdicts;
      await new Promise((done) => setTimeout(done, 10));
    }
    throw new Error(`${userId} was never judged ${count} times`);
  }

  const lastStep = async (user: EnrolledUser) => {
    const text = 'SELECT (SELECT value FROM jsonb_each_text(claims)) AS step FROM users WHERE user_id = $1';
    return (await stage.service.sql<{ step: string }>(text, [user.userId]))[0]?.step;
  };

  it('counts guesses even if the client hangs up before the answer', async () => {
    const user = await stage.user('hangs-up');
    const held = await stage.hold(user.userId);
    const sent = stage.wrong(user, 5).map((code, index) => send(stage.urls[index % 2] ?? '', user, code));
    await held.waiting(5);
    for (const one of sent) one.destroy();
    await held.release();
    expect(await untilJudged(user.userId, 5)).toEqual(Array(5).fill('wrong_code'));
    expect(await stage.guard(user.userId)).toMatchObject({ consecutive_failures: 5, recent: 5 });
    expect((await stage.verify(user.userId, stage.right(user))).status).toBe(422);
  });

  it('counts guesses that were in progress when their process was killed', async () => {
    const user = await stage.user('killed');
    const held = await stage.hold(user.userId);
    const doomed = await stage.service.addInstance();
    doomed.process.send({ frozenAtMs: stage.nowMs });
    for (const code of stage.wrong(user, 4)) send(doomed.url, user, code);
    await held.waiting(4);
    doomed.process.kill('SIGKILL');
    await held.release();
    expect(await untilJudged(user.userId, 4)).toEqual(Array(4).fill('wrong_code'));
    expect(await stage.guard(user.userId)).toMatchObject({ consecutive_failures: 4, recent: 4 });
    expect((await stage.verify(user.userId, stage.wrong(user)[0] ?? '')).status).toBe(422);
    expect((await stage.verify(user.userId, stage.right(user))).status).toBe(422);
  });

  it('agrees with the log for every user after a process is killed in a burst', async () => {
    const users = await Promise.all(Array.from({ length: 8 }, (_none, index) => stage.user(`amid-${index}`)));
    const doomed = await stage.service.addInstance();
    let answered = 0;
    for (const user of users)
      for (const code of stage.wrong(user, 12)) send(doomed.url, user, code).on('response', () => (answered += 1));
    while (answered < 25) await new Promise((done) => setTimeout(done, 1));
    doomed.process.kill('SIGKILL');
    await new Promise((done) => doomed.process.once('exit', done));
    await new Promise((done) => setTimeout(done, 300));
    for (const user of users) {
      const wrong = (await stage.verdicts(user.userId)).filter((verdict) => verdict === 'wrong_code').length;
      expect(await stage.guard(user.userId)).toMatchObject({ consecutive_failures: wrong, recent: wrong });
      expect(wrong).toBeLessThanOrEqual(5);
    }
  });

  it('refuses right and wrong codes while the log cannot be written, and changes nothing', async () => {
    const user = await stage.user('broken');
    const step = await lastStep(user);
    await stage.service.sql(BREAK_LOG);
    const [wrong = ''] = stage.wrong(user);
    const answers = [await stage.verify('broken', wrong), await stage.verify('broken', stage.right(user))];
    const strangers = [await stage.verify('broken-stranger', wrong)];
    await stage.service.sql(MEND_LOG);
    expect(statuses([...answers, ...strangers])).toEqual({ 503: 3 });
    expect(await stage.verdicts('broken')).toEqual([]);
    expect(await stage.guard('broken')).toMatchObject({ consecutive_failures: 0, recent: 0 });
    expect(await lastStep(user)).toBe(step);
    expect((await stage.verify('broken', stage.right(user))).status).toBe(200);
  });

  it('accepts no code after a database timeout', async () => {
    const user = await stage.user('too-late');
    const held = await stage.hold(user.userId);
    const answer = await stage.verify(user.userId, stage.right(user));
    await held.release();
    expect([answer.status, answer.json().code]).toEqual([503, 'service_unavailable']);
    expect(await stage.verdicts(user.userId)).toEqual([]);
    expect((await stage.verify(user.userId, stage.right(user))).status).toBe(200);
  });
});
