import { Module } from '@nestjs/common';
import { Attempts } from './attempts.js';
import { Decoys } from './decoys.js';

@Module({ providers: [Attempts, Decoys], exports: [Attempts, Decoys] })
export class UsersModule {}
