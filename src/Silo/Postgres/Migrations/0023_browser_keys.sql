-- What the cookies and forms of the console are protected with: common to all silos, so that a browser may go on with another one.
CREATE TABLE browser_keys (
    name text PRIMARY KEY,
    key  text NOT NULL
);
