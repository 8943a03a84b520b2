import { mayPass } from './reach.js';

const account = { uid: 65534, gid: 65534 };

describe('mayPass', () => {
  it.each([
    ['others', { uid: 0, gid: 0, mode: 0o40711 }, true],
    ['others, shut out', { uid: 0, gid: 0, mode: 0o40710 }, false],
    ['a home of mode 0700', { uid: 1000, gid: 1000, mode: 0o40700 }, false],
    ['its group', { uid: 0, gid: 65534, mode: 0o40710 }, true],
    ['its group, shut out though others may', { uid: 0, gid: 65534, mode: 0o40701 }, false],
    ['the owner', { uid: 65534, gid: 0, mode: 0o40100 }, true],
    ['the owner, shut out though others may', { uid: 65534, gid: 0, mode: 0o40011 }, false],
    ['others, who may read and write only', { uid: 0, gid: 0, mode: 0o40766 }, false],
  ])('decides %s by the one class that applies', (_, entry, expected) => {
    expect(mayPass(entry, account)).toBe(expected);
  });
});
