// The honest tenants of the month, with a hundred to a million people, and their results. Only the numbers that they
// ask about are planted, not a million.
import { numberAt } from '../numbers.js';
import { Random } from '../random.js';
import { rateOf, type Rate } from '../scoring/score.js';
import { ASKING, type Ground, type Held, type LabTenant } from '../server/ground.js';
import { BackOffice } from './back-office.js';
import { HonestApplication } from './honest.js';
import { Import } from './imports.js';
import { SignIns } from './sign-ins.js';
import type { Actor } from './timeline.js';

export const HIT_RATES = [0.9, 0.95, 0.99] as const;
/** People of a tenant, look-ups a day, and the number of such tenants at each hit rate. */
const SIZES = [
  { people: 100, perDay: 2, clients: 1, tenants: 6 },
  { people: 1_000, perDay: 6, clients: 1, tenants: 6 },
  { people: 10_000, perDay: 20, clients: 1, tenants: 5 },
  { people: 100_000, perDay: 60, clients: 1, tenants: 2 },
  { people: 1_000_000, perDay: 200, clients: 3, tenants: 1 },
] as const;
const PEOPLE_WHO_SIGN_IN = 60;
const IMPORTED = 400;

interface Neighbour {
  readonly hitRate: number;
  readonly application: HonestApplication;
}

export interface HonestMonth {
  readonly hitRate: number;
  readonly tenants: number;
  readonly tenantDays: number;
  readonly asked: number;
  readonly numbers: number;
  readonly limited: number;
  readonly stopped: Rate;
}

export interface NeighboursOutcome {
  readonly months: readonly HonestMonth[];
  readonly signIns: {
    readonly approved: number;
    readonly mistyped: number;
    readonly givenUp: number;
    readonly without: number;
    readonly wrongly: number;
  };
  /** A back office: its questions about users, and the refused ones. */
  readonly backOffice: { readonly asked: number; readonly refused: number };
  readonly imports: readonly { readonly name: string; readonly asked: number; readonly isStopped: boolean }[];
}

/** Tenants of one kind each. */
interface Others {
  readonly signIns: SignIns;
  readonly backOffice: BackOffice;
  readonly imports: readonly { readonly name: string; readonly actor: Import }[];
}

export class Neighbours {
  private constructor(
    readonly tenants: readonly LabTenant[],
    private readonly neighbours: readonly Neighbour[],
    private readonly others: Others,
  ) {}

  static async of(ground: Ground, seed: string, days: number): Promise<Neighbours> {
    const wishes = HIT_RATES.flatMap((hitRate) =>
      SIZES.flatMap((size) => Array.from({ length: size.tenants }, () => ({ hitRate, ...size }))),
    );
    const tenants = await ground.tenants(wishes.map(({ clients }) => ({ clients })));
    const held: Held[] = [];
    const canaries: Held[] = [];
    const neighbours = wishes.map(({ hitRate, perDay }, index) => {
      const tenant = tenants[index];
      if (tenant === undefined) throw new Error('a tenant is missing');
      const random = new Random(seed, 'honest', index);
      const address = random.address();
      const most = Math.ceil(1.2 * perDay * days) + 60;
      const start = random.below(5_000_000);
      const known = Array.from({ length: most }, (_none, place) => numberAt(start + 13 * place));
      const unknown = Array.from({ length: most }, (_none, place) => numberAt(30_000_000 + start + 13 * place));
      held.push(...known.map((phoneNumber) => ({ tenant, phoneNumber })));
      canaries.push({ tenant, phoneNumber: numberAt(start + 6) });
      const callers = tenant.clients.map((client) => ground.caller(client, () => address));
      return {
        hitRate,
        application: new HonestApplication({ tenant, callers, perDay, hitRate, random, known, unknown }),
      };
    });
    await ground.plant(held);
    await ground.plantCanaries(canaries);
    const { signIns, backOffice, tenant } = await signInsOf(ground, seed);
    const imports = await importsOf(ground, seed);
    const all = [...tenants, tenant, ...imports.map(({ actor }) => actor.options.tenant)];
    return new Neighbours(all, neighbours, { signIns, backOffice, imports });
  }

  get actors(): Actor[] {
    const applications = this.neighbours.map(({ application }) => application);
    return [
      ...applications,
      this.others.signIns,
      this.others.backOffice,
      ...this.others.imports.map(({ actor }) => actor),
    ];
  }

  outcome(days: number): NeighboursOutcome {
    const { signIns, backOffice, imports } = this.others;
    const { approved, mistyped, givenUp, without, wrongly } = signIns;
    return {
      months: HIT_RATES.map((hitRate) => this.monthOf(hitRate, days)),
      signIns: { approved, mistyped, givenUp, without, wrongly },
      backOffice: { asked: backOffice.asked, refused: backOffice.refused },
      imports: imports.map(({ name, actor }) => ({ name, asked: actor.asked, isStopped: actor.isStopped })),
    };
  }

  private monthOf(hitRate: number, days: number): HonestMonth {
    const of = this.neighbours.filter((one) => one.hitRate === hitRate).map(({ application }) => application);
    const sum = (pick: (one: HonestApplication) => number) => of.reduce((total, one) => total + pick(one), 0);
    const tenantDays = of.length * days;
    return {
      hitRate,
      tenants: of.length,
      tenantDays,
      asked: sum(({ asked }) => asked),
      numbers: sum(({ numbers }) => numbers),
      limited: sum(({ limited }) => limited),
      stopped: rateOf(of.filter(({ isStopped }) => isStopped).length, tenantDays),
    };
  }
}

async function signInsOf(ground: Ground, seed: string) {
  const tenant = await ground.tenant({ clients: 2, scopes: `${ASKING} factors:write devices:read` });
  const [client, office] = tenant.clients;
  if (client === undefined || office === undefined) throw new Error('a client is missing');
  const random = new Random(seed, 'sign-ins');
  const address = random.address();
  const caller = ground.caller(client, () => address);
  const signIns = await SignIns.of(ground, caller, { users: PEOPLE_WHO_SIGN_IN, random });
  const officeRandom = new Random(seed, 'back office');
  const backOffice = new BackOffice(
    ground.caller(office, () => address),
    signIns.users,
    officeRandom,
  );
  return { tenant, signIns, backOffice };
}

async function importsOf(ground: Ground, seed: string) {
  const kinds = [
    { name: 'enrolled within the hour', delay: 1 },
    { name: 'enrolled a week later', delay: 7 * 48 },
  ];
  const tenants = await ground.tenants(kinds.map(() => ({ clients: 1 })));
  return kinds.map(({ name, delay }, index) => {
    const tenant = tenants[index];
    const client = tenant?.clients[0];
    if (tenant === undefined || client === undefined) throw new Error('a tenant is missing');
    const random = new Random(seed, 'import', name);
    const address = random.address();
    const numbers = Array.from({ length: IMPORTED }, (_none, place) => numberAt(60_000_000 + 17 * place));
    const caller = ground.caller(client, () => address);
    return { name, actor: new Import({ ground, tenant, caller, numbers, delay }) };
  });
}
