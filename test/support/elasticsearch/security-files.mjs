import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzip } from './unzip.mjs';

const ROUNDS = 10_000;

/** A password as the file realm keeps it. */
function hashed(password) {
  const salt = randomBytes(32);
  const hash = pbkdf2Sync(password, salt, ROUNDS, 32, 'sha512');
  return `{PBKDF2}${ROUNDS}$${salt.toString('base64')}$${hash.toString('base64')}`;
}

/** Writes the files of the file realm: users `{ name, password, roles }`, and roles by name as in roles.yml. */
export function writeUsers(configFolder, users, roles) {
  const usersOfRole = {};
  for (const { name, roles: named } of users) for (const role of named) (usersOfRole[role] ??= []).push(name);
  const write = (name, lines) => writeFileSync(join(configFolder, name), `${lines.join('\n')}\n`);
  write(
    'users',
    users.map(({ name, password }) => `${name}:${hashed(password)}`),
  );
  write(
    'users_roles',
    Object.entries(usersOfRole).map(([role, names]) => `${role}:${names.join(',')}`),
  );
  // JSON is YAML.
  write(
    'roles.yml',
    Object.entries(roles).map(([name, role]) => `${name}: ${JSON.stringify(role)}`),
  );
}

/**
 * Makes a certificate authority and a certificate of it for the loopback interface, in `folder`. `runTool(name, arguments)` runs a tool of
 * the distribution. Returns the paths `{ authority, certificate, key }`.
 */
export async function makeCertificates(folder, runTool) {
  mkdirSync(folder, { recursive: true });
  const [authorityZip, certificateZip] = ['ca.zip', 'node.zip'].map((name) => join(folder, name));
  const authority = join(folder, 'ca', 'ca.crt');
  await runTool('elasticsearch-certutil', ['ca', '--silent', '--pem', '--days', '30', '--out', authorityZip]);
  unzip(authorityZip, folder);
  const from = ['--ca-cert', authority, '--ca-key', join(folder, 'ca', 'ca.key')];
  const names = ['--name', 'node', '--ip', '127.0.0.1', '--dns', 'localhost'];
  await runTool('elasticsearch-certutil', ['cert', '--silent', '--pem', '--days', '30', ...from, ...names, '--out', certificateZip]);
  unzip(certificateZip, folder);
  return { authority, certificate: join(folder, 'node', 'node.crt'), key: join(folder, 'node', 'node.key') };
}

/** Where a server looks for them: it may read nothing outside its own configuration. */
const PLACES = { authority: 'certificates/authority.crt', certificate: 'certificates/node.crt', key: 'certificates/node.key' };

/** Copies the certificates to a server's configuration. */
export function copyCertificates(certificates, configFolder) {
  mkdirSync(join(configFolder, 'certificates'), { recursive: true });
  for (const [name, place] of Object.entries(PLACES)) copyFileSync(certificates[name], join(configFolder, place));
}

/** The settings that switch security on. */
export function securitySettings(hasCertificates) {
  const settings = { 'xpack.security.enabled': true };
  if (!hasCertificates) return settings;
  for (const layer of ['http', 'transport']) {
    const prefix = `xpack.security.${layer}.ssl`;
    settings[`${prefix}.enabled`] = true;
    settings[`${prefix}.certificate`] = PLACES.certificate;
    settings[`${prefix}.key`] = PLACES.key;
    settings[`${prefix}.certificate_authorities`] = [PLACES.authority];
  }
  return settings;
}
