package io.natsproxy.gateway.route;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;

/**
 * The last requests that have been answered though their routes were not known, one for
 * each method and beginning of a path, each for a day. Safe for use by many threads.
 */
final class AnsweredUnknown {

	private static final int MAX = 32;

	private static final int MAX_PATH = 1024;

	private static final long FORGOTTEN_AFTER = TimeUnit.DAYS.toNanos(1);

	/**
	 * Guarded by this object.
	 */
	private final Map<String, Answered> answered = new LinkedHashMap<>();

	private volatile boolean empty = true;

	synchronized void add(String method, String rawPath) {
		if (rawPath.length() > MAX_PATH) {
			return;
		}
		int end = rawPath.indexOf('/', 1);
		String key = method + " " + ((end > 0) ? rawPath.substring(0, end) : rawPath);
		this.answered.remove(key);
		this.answered.put(key, new Answered(method, rawPath, System.nanoTime()));
		if (this.answered.size() > MAX) {
			this.answered.remove(this.answered.keySet().iterator().next());
		}
		this.empty = false;
	}

	/**
	 * Returns whether there is one that is not known still. Those that are known by now
	 * are forgotten.
	 * @param unknown tells of method and path whether they are not known
	 */
	boolean contains(BiPredicate<String, String> unknown) {
		return !this.empty && containsUnknown(unknown);
	}

	private synchronized boolean containsUnknown(BiPredicate<String, String> unknown) {
		Iterator<Answered> each = this.answered.values().iterator();
		while (each.hasNext()) {
			Answered answered = each.next();
			if (System.nanoTime() - answered.at() < FORGOTTEN_AFTER
					&& unknown.test(answered.method(), answered.rawPath())) {
				return true;
			}
			each.remove();
		}
		this.empty = true;
		return false;
	}

	private record Answered(String method, String rawPath, long at) {

	}

}
