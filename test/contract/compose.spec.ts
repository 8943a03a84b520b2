// docker-compose.yml gives each secret only to the services that need it. No Docker runs here: the file is read by its
// indentation.
import { readFileSync } from 'node:fs';

const text = readFileSync('docker-compose.yml', 'utf8');

function blockOf(service: string): string {
  const [, block = ''] = new RegExp(`^  ${service}:\\n((?: {4}.*\\n|\\n)+)`, 'm').exec(text) ?? [];
  return block;
}

describe('docker-compose.yml', () => {
  const services = [...text.matchAll(/^ {2}(\w+):$/gm)].map(([, name = '']) => name);

  it('gives the owner’s password to the database and to migrate only', () => {
    const holders = services.filter((name) => blockOf(name).includes('POSTGRES_OWNER_PASSWORD'));
    expect(holders).toEqual(['postgres', 'migrate']);
    expect(services.filter((name) => blockOf(name).includes('MIGRATION_DATABASE_URL'))).toEqual(['migrate']);
  });

  it('gives the key ring to the service only', () => {
    expect(services.filter((name) => blockOf(name).includes('KEY_RING'))).toEqual(['countersign']);
  });

  it('starts the service only after migrate succeeded, and runs migrate once', () => {
    expect(blockOf('countersign')).toContain('migrate: { condition: service_completed_successfully }');
    expect(blockOf('migrate')).toContain("restart: 'no'");
    expect(blockOf('migrate')).toContain("command: ['node', 'dist/admin.js', 'migrate', '--apply']");
  });
});
