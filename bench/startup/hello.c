// The least that a program can do: what start-up is compared with.
#include <stdio.h>
int main(void) { return puts("hello") < 0; }
