import { expect, test } from "vitest";
import { refusalOf } from "./refusals.ts";

test.for([
  ["row alias", "insert into t (a) values (1) as new on duplicate key update a = new.a"],
  [
    "row alias with columns",
    "INSERT INTO t VALUES (1),(2)\nAS new(a) ON DUPLICATE KEY UPDATE a = 2",
  ],
  ["LATERAL", "select * from t, lateral (select 1) x"],
  ["RETURNING after INSERT", "insert into t (a) values (1) returning a"],
  ["RETURNING after DELETE", "delete from t where a = 1 RETURNING *"],
  ["JSON_TABLE", "select * from json_table('[1]', '$[*]' columns (a int path '$')) j"],
  ["recursive CTE", "with recursive n as (select 1 union all select n + 1 from n) select * from n"],
  [":=", "select @a := 1"],
  ["several statements", "select 1; delete from t"],
  ["several statements after a string with a semicolon", "select ';'; select 2"],
  ["INTO OUTFILE", "select * from t into outfile '/tmp/x'"],
  ["LOAD DATA", "load data infile 'x' into table t"],
  ["CALL", "call p()"],
  ["TRUNCATE", "truncate table t"],
  ["CREATE PROCEDURE", "create procedure p() select 1"],
  ["CREATE TRIGGER", "create definer = x trigger t before insert on u for each row set @a = 1"],
  ["CREATE EVENT", "create event e on schedule every 1 day do delete from t"],
  ["CREATE FUNCTION", "create function f() returns int return 1"],
  ["CREATE DATABASE", "create database other"],
  ["DROP DATABASE", "drop database focus"],
  ["CREATE USER", "create user u"],
  ["GRANT", "grant all on *.* to u"],
  ["USE", "use other"],
  ["SET GLOBAL", "set global max_connections = 1"],
  ["REFERENCES", "create table t (id int primary key, u int references users (id))"],
  ["FOREIGN KEY", "alter table t add constraint fk foreign key (u) references users (id)"],
  ["RENAME TABLE", "rename table t to u"],
  ["ALTER TABLE RENAME", "alter table t rename to u"],
  ["RENAME COLUMN", "alter table t rename column a to b"],
  ["CHANGE to another name", "alter table `t` change column `a` `b` int"],
  ["another engine", "create table t (id int primary key) engine = MyISAM"],
  ["a table without a key", "create table t (a int not null, key (a))"],
  ["a table with a nullable unique key", "create table t (a int, unique key u (a))"],
  ["code in an executable comment", "select * from t, /*!80000 lateral */ (select 1) x"],
  ["a comment in front", "/* hi */ truncate t"],
])("%s is refused", ([, statement]) => {
  expect(refusalOf(statement ?? "")).toMatchObject({ text: expect.any(String) });
});

test.for([
  ["a keyword in a string", "insert into t (a) values ('x) as new; lateral := returning')"],
  ["a keyword in double quotes", 'select "with recursive ; truncate" from t'],
  ["a quote inside a string", String.raw`select 'it''s \' ; drop table t' as a`],
  ["a keyword in a comment", "select 1 /* ; lateral */ -- returning\n from t # := "],
  ["a quoted name", "select `returning`, t.`lateral`, t.recursive from `references`"],
  ["an alias outside of an INSERT", "select count(*) as n from (select 1) as x"],
  [
    "an alias in INSERT … SELECT",
    "insert into t (a) select (b) as c from u on duplicate key update a = values(a)",
  ],
  [
    "VALUES() as a function",
    "insert into t (a) values (1) on duplicate key update a = values(a) + cast(1 as signed)",
  ],
  ["one statement with its semicolon", "select 1;"],
  ["a CTE", "with n as (select 1 as a) select * from n"],
  [
    "a table with a primary key",
    "create table if not exists `t` (`id` int not null, constraint `p` primary key (`id`))",
  ],
  ["a serial table", "create table t (id serial, hash text)"],
  [
    "a table with a unique key that is not null",
    "create table t (`a` varchar(9) not null, b int, unique key u (`a`(4) desc))",
  ],
  ["a column unique by itself", "create table t (a int not null unique)"],
  ["columns with an object's name", "create table t (event varchar(9) primary key, user int)"],
  ["an index on such a column", "create index i on t (event, user)"],
  ["CHANGE under the same name", "alter table t change a a bigint not null"],
  ["RENAME INDEX", "alter table t rename index a to b"],
  ["InnoDB", "create table t (id int primary key) engine=InnoDB default charset=utf8mb4"],
  ["dropping a foreign key", "alter table t drop foreign key fk"],
  ["a replica", "use @primary"],
  ["a savepoint", "rollback to savepoint sp1"],
  ["SET of a session variable", "set @a = 1"],
])("%s is let through", ([, statement]) => {
  expect(refusalOf(statement ?? "")).toBeNull();
});

test("a long batch is looked at in no time", () => {
  const row = "('0192f0c1-2345-7890-abcd-ef0123456789', 'it''s (as) good', 3600, '2026-11-22')";
  const statement = `insert into t (a, b, c, d) values ${Array.from({ length: 5000 }, () => row).join(", ")} on duplicate key update c = values(c)`;
  const started = performance.now();
  expect(refusalOf(statement)).toBeNull();
  expect(performance.now() - started).toBeLessThan(500);
});
