/* SPDX-FileCopyrightText: 2026 The coos-license authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * stateful-digest FILE: print the XXH64 digest of FILE.
 */

#include <stdio.h>

#include <xxhash.h>

static int digest(FILE *file, XXH64_hash_t *result)
{
	static char block[1 << 16];
	XXH64_state_t *state = XXH64_createState();
	size_t size;

	if (state == NULL)
		return -1;
	XXH64_reset(state, 0);
	while ((size = fread(block, 1, sizeof block, file)) > 0)
		XXH64_update(state, block, size);
	*result = XXH64_digest(state);
	XXH64_freeState(state);
	return ferror(file) ? -1 : 0;
}

int main(int argc, char **argv)
{
	XXH64_hash_t result;
	FILE *file;

	if (argc != 2) {
		fprintf(stderr, "usage: stateful-digest FILE\n");
		return 2;
	}
	file = fopen(argv[1], "rb");
	if (file == NULL || digest(file, &result) != 0) {
		perror(argv[1]);
		return 1;
	}
	printf("%016llx  %s\n", (unsigned long long)result, argv[1]);
	return fclose(file) == 0 ? 0 : 1;
}
