package io.natsproxy.core.subject;

import java.security.SecureRandom;

import org.jspecify.annotations.Nullable;

/**
 * Values by subjects with wildcards, of which the most specific that matches a literal
 * subject is found: token by token, a literal one before {@code *}, and that before
 * {@code >}. Finding allocates nothing. To be filled before it is shared; may then be
 * used by many threads.
 *
 * @param <T> the type of the values
 */
public final class SubjectTree<T> {

	private final Node<T> root = new Node<>("");

	/**
	 * Puts a value. Where there is one for the same subject, that stays.
	 * @param subject a subject, which may have wildcards
	 * @param value the value
	 */
	public void put(String subject, T value) {
		Node<T> node = this.root;
		for (String token : subject.split("\\.", -1)) {
			if (token.equals(">")) {
				if (node.rest == null) {
					node.rest = value;
				}
				return;
			}
			node = token.equals("*") ? node.any() : node.add(token);
		}
		if (node.value == null) {
			node.value = value;
		}
	}

	/**
	 * Finds the value of the most specific subject that matches.
	 * @param subject a literal subject
	 * @return the value, or {@code null} if nothing matches
	 */
	public @Nullable T find(String subject) {
		return this.root.find(subject, 0);
	}

	/**
	 * What follows a beginning of subjects.
	 */
	private static final class Node<T> {

		private static final int INITIAL = 4;

		/**
		 * The prime number 2<sup>31</sup> - 1.
		 */
		private static final int PRIME = Integer.MAX_VALUE;

		/**
		 * Another one in each process: whoever names tokens, two of n characters have the
		 * same hash by n of all these numbers at most.
		 */
		private static final int BASE = 1 + new SecureRandom().nextInt(PRIME - 1);

		private final String token;

		/**
		 * A table in which nothing is ever put, for the ends of subjects.
		 */
		private static final @Nullable Node<?>[] NONE = new Node<?>[1];

		/**
		 * Those of literal tokens, in an open hash table whose length is a power of two.
		 */
		private @Nullable Node<T>[] children = none();

		private int size;

		/**
		 * The length of the longest of their tokens: none is longer than the paths of
		 * routes, which whoever asks for one does not choose.
		 */
		private int longest;

		private @Nullable Node<T> any;

		private @Nullable T value;

		private @Nullable T rest;

		Node(String token) {
			this.token = token;
		}

		@SuppressWarnings("unchecked")
		private static <T> @Nullable Node<T>[] newTable(int length) {
			return (@Nullable Node<T>[]) new Node<?>[length];
		}

		@SuppressWarnings("unchecked")
		private static <T> @Nullable Node<T>[] none() {
			return (@Nullable Node<T>[]) NONE;
		}

		Node<T> any() {
			Node<T> any = this.any;
			if (any == null) {
				any = new Node<>("*");
				this.any = any;
			}
			return any;
		}

		Node<T> add(String token) {
			if (this.size == 0) {
				this.children = newTable(INITIAL);
			}
			int slot = slot(token, 0, token.length());
			Node<T> child = this.children[slot];
			if (child == null) {
				child = new Node<>(token);
				this.children[slot] = child;
				this.longest = Math.max(this.longest, token.length());
				if (++this.size * 2 > this.children.length) {
					grow();
				}
			}
			return child;
		}

		private void grow() {
			@Nullable Node<T>[] before = this.children;
			this.children = newTable(before.length * 2);
			for (Node<T> child : before) {
				if (child != null) {
					this.children[slot(child.token, 0, child.token.length())] = child;
				}
			}
		}

		/**
		 * Returns the place of a token, or a free one.
		 */
		private int slot(String subject, int start, int end) {
			int mask = this.children.length - 1;
			int slot = hash(subject, start, end) & mask;
			while (true) {
				Node<T> child = this.children[slot];
				if (child == null || (child.token.length() == end - start && subject.startsWith(child.token, start))) {
					return slot;
				}
				slot = (slot + 1) & mask;
			}
		}

		/**
		 * Returns the value of a polynomial whose coefficients are the characters, modulo
		 * a prime number, and mixed: the values of numbered tokens lie side by side, and
		 * would get into each other's way.
		 */
		private static int hash(String subject, int start, int end) {
			long value = 1;
			for (int i = start; i < end; i++) {
				value = value * BASE + subject.charAt(i);
				value = (value & PRIME) + (value >>> Integer.SIZE - 1);
				if (value >= PRIME) {
					value -= PRIME;
				}
			}
			int hash = (int) value;
			hash = (hash ^ (hash >>> 16)) * 0x85EBCA6B;
			hash = (hash ^ (hash >>> 13)) * 0xC2B2AE35;
			return hash ^ (hash >>> 16);
		}

		@Nullable T find(String subject, int start) {
			if (start > subject.length()) {
				return this.value;
			}
			int dot = subject.indexOf('.', start);
			int end = (dot >= 0) ? dot : subject.length();
			Node<T> literal = (end - start <= this.longest) ? this.children[slot(subject, start, end)] : null;
			T found = (literal != null) ? literal.find(subject, end + 1) : null;
			if (found == null && this.any != null) {
				found = this.any.find(subject, end + 1);
			}
			return (found != null) ? found : this.rest;
		}

	}

}
