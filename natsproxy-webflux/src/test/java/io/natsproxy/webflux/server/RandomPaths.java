package io.natsproxy.webflux.server;

import java.util.Random;

/**
 * Makes patterns and paths that often meet.
 */
final class RandomPaths {

	private static final String[] SEGMENTS = { "a", "b", "A", "ab", "é", "𐐀", "{v%d}", "{v%d}", "{v%d:[a-c]+}", "*",
			"a?", "a*", "{v%d}-{w%d}", "" };

	private static final String[] TEXTS = { "a", "b", "A", "B", "ab", "a-b", "AB", "%C3%A9", "%C3%89", "%F0%90%90%80",
			"%F0%90%90%A8", "a;v=1", "c%2Fd", "" };

	private static final int MAX_DEPTH = 4;

	private RandomPaths() {
	}

	static String pattern(Random random) {
		StringBuilder pattern = new StringBuilder();
		boolean restFirst = random.nextInt(20) == 0;
		if (restFirst) {
			pattern.append(random.nextBoolean() ? "/**" : "/{*first}");
		}
		int depth = 1 + random.nextInt(MAX_DEPTH);
		for (int i = 0; i < depth; i++) {
			pattern.append('/').append(SEGMENTS[random.nextInt(SEGMENTS.length)].replace("%d", Integer.toString(i)));
		}
		if (!restFirst && random.nextInt(6) == 0) {
			pattern.append(random.nextBoolean() ? "/**" : "/{*rest}");
		}
		return pattern.toString();
	}

	static String path(Random random) {
		StringBuilder path = new StringBuilder();
		int depth = 1 + random.nextInt(MAX_DEPTH);
		for (int i = 0; i < depth; i++) {
			path.append('/').append(TEXTS[random.nextInt(TEXTS.length)]);
		}
		return path.toString();
	}

}
