package io.natsproxy.core.discovery;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.natsproxy.core.discovery.DiscoveryReader.Part;
import org.jspecify.annotations.Nullable;

/**
 * The instances of services that are asked what they answer, page by page, and those that
 * wait to be asked. Not safe for use by many threads: {@link ServiceWatcher} guards it.
 */
final class ServiceReadings {

	/**
	 * Most instances that are asked at once. The others wait.
	 */
	static final int MAX_ASKED = 256;

	/**
	 * Most characters that one instance may tell, each text of which counts a few more.
	 */
	static final int MAX_LENGTH = 4 * 1024 * 1024;

	/**
	 * Most pages that one instance may tell.
	 */
	static final int MAX_PAGES = 1024;

	/**
	 * The seconds for which one instance may tell.
	 */
	static final int MAX_SECONDS = 60;

	/**
	 * The seconds for which an instance may take to answer before it is asked again.
	 */
	private static final int PATIENCE_SECONDS = 2;

	/**
	 * How often an instance is asked that does not answer, before it is left to the next
	 * poll.
	 */
	private static final int MAX_ATTEMPTS = 3;

	private final ServiceRequests requests;

	private final Map<String, Reading> asked = new HashMap<>();

	private final Set<String> unread = new LinkedHashSet<>();

	private int length;

	ServiceReadings(ServiceRequests requests) {
		this.requests = requests;
	}

	/**
	 * Returns how many instances have been asked that have not told all, or wait to be.
	 */
	int size() {
		return this.asked.size() + this.unread.size();
	}

	/**
	 * Returns how many instances have been asked that have not told all.
	 */
	int asked() {
		return this.asked.size();
	}

	/**
	 * Returns the characters that those have told so far that have not told all.
	 */
	int length() {
		return this.length;
	}

	boolean contains(String key) {
		return this.asked.containsKey(key) || this.unread.contains(key);
	}

	void add(String key) {
		this.unread.add(key);
	}

	/**
	 * Asks those that wait, while there are not too many that have been asked.
	 */
	void askNext(long seconds) {
		Iterator<String> waiting = this.unread.iterator();
		while (waiting.hasNext() && this.asked.size() < MAX_ASKED) {
			Reading reading = new Reading(waiting.next(), seconds);
			waiting.remove();
			this.asked.put(reading.key, reading);
			askPage(reading, seconds);
		}
	}

	/**
	 * Asks those once more that have not answered: a message may be lost, or come before
	 * a subscription. Those of which nothing is known yet make room for others that wait.
	 * @return whether one has been given up
	 */
	boolean askAgain(long seconds) {
		boolean givenUp = false;
		for (Reading reading : List.copyOf(this.asked.values())) {
			if (seconds - reading.since <= PATIENCE_SECONDS) {
				continue;
			}
			if (reading.attempts >= MAX_ATTEMPTS || (reading.offset == 0 && !this.unread.isEmpty())) {
				end(reading);
				givenUp = true;
			}
			else {
				reading.attempts++;
				reading.since = seconds;
				ask(reading);
			}
		}
		return givenUp;
	}

	/**
	 * Asks for the next page, whose answers have a subject of their own: each page may be
	 * answered as often as it has been asked for.
	 */
	private void askPage(Reading reading, long seconds) {
		reading.since = seconds;
		reading.attempts = 1;
		reading.replySubject = this.requests.newSubject();
		ask(reading);
	}

	private void ask(Reading reading) {
		String replySubject = reading.replySubject;
		if (replySubject != null) {
			this.requests.info(reading.key, replySubject, reading.offset);
		}
	}

	/**
	 * Takes a page of what an instance answers.
	 * @param subject the subject on which it has come
	 * @param part the page
	 * @param room the characters for which there is room
	 * @param seconds the time
	 * @return the instance when it has told all, or too much, in which case it has
	 * neither metadata nor endpoints; {@code null} if there is more to come
	 */
	@Nullable Told told(String subject, Part part, int room, long seconds) {
		DiscoveredService service = part.service();
		Reading reading = this.asked.get(service.key());
		if (reading == null || !subject.equals(reading.replySubject) || !part.isInfo()) {
			return null;
		}
		int length = service.length();
		boolean more = part.next() > reading.offset;
		reading.pages++;
		if (reading.length + length > MAX_LENGTH || length > room
				|| (more && (reading.pages >= MAX_PAGES || seconds - reading.began > MAX_SECONDS))) {
			end(reading);
			return new Told(new DiscoveredService(service.name(), service.id(), service.version(), Map.of(), List.of()),
					false);
		}
		reading.endpoints.addAll(service.endpoints());
		if (more) {
			reading.length += length;
			this.length += length;
			reading.offset = part.next();
			this.requests.remove(subject);
			askPage(reading, seconds);
			return null;
		}
		List<DiscoveredEndpoint> endpoints = List.copyOf(reading.endpoints);
		end(reading);
		return new Told(
				new DiscoveredService(service.name(), service.id(), service.version(), service.metadata(), endpoints),
				true);
	}

	/**
	 * Asks an instance no more.
	 */
	void forget(String key) {
		this.unread.remove(key);
		Reading reading = this.asked.get(key);
		if (reading != null) {
			end(reading);
		}
	}

	void clear() {
		this.unread.clear();
		List.copyOf(this.asked.values()).forEach(this::end);
	}

	/**
	 * Lets go of what an instance has told so far.
	 */
	private void end(Reading reading) {
		String subject = reading.replySubject;
		if (subject != null) {
			this.requests.remove(subject);
		}
		reading.replySubject = null;
		this.asked.remove(reading.key);
		this.length -= reading.length;
	}

	/**
	 * An instance that has been asked.
	 *
	 * @param service the instance
	 * @param all whether it has told all, and not too much
	 */
	record Told(DiscoveredService service, boolean all) {

	}

	/**
	 * An instance that has been asked, and the pages that it has told so far.
	 */
	private static final class Reading {

		private final String key;

		private final long began;

		private final List<DiscoveredEndpoint> endpoints = new ArrayList<>();

		/**
		 * Where the page comes that has been asked for; {@code null} once none is waited
		 * for any more.
		 */
		private @Nullable String replySubject;

		private int length;

		private int pages;

		private int offset;

		private int attempts;

		private long since;

		Reading(String key, long began) {
			this.key = key;
			this.began = began;
		}

	}

}
