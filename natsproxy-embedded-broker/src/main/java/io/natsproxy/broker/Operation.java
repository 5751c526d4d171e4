package io.natsproxy.broker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The operations of the NATS protocol that a client may send, with the rest of their
 * lines.
 */
enum Operation {

	/** White space before the arguments is optional, as it is in nats-server. */
	CONNECT("CONNECT", Line.OPTIONAL_SPACE_AND_ARGUMENTS),

	PING("PING", Line.IGNORED),

	PONG("PONG", Line.IGNORED),

	SUB("SUB", Line.SPACE_AND_ARGUMENTS),

	UNSUB("UNSUB", Line.SPACE_AND_ARGUMENTS),

	PUB("PUB", Line.SPACE_AND_ARGUMENTS),

	HPUB("HPUB", Line.SPACE_AND_ARGUMENTS),

	/** Accepted from a client and ignored. */
	INFO("INFO", Line.SPACE_AND_ARGUMENTS),

	/** Accepted from a client and ignored. */
	OK("+OK", Line.IGNORED),

	/** The client gives up: the connection is closed. */
	ERR("-ERR", Line.SPACE_AND_ARGUMENTS);

	private final String text;

	private final Line line;

	Operation(String text, Line line) {
		this.text = text;
		this.line = line;
	}

	Line line() {
		return this.line;
	}

	/**
	 * The rest of a line after the name of an operation.
	 */
	enum Line {

		IGNORED, SPACE_AND_ARGUMENTS, OPTIONAL_SPACE_AND_ARGUMENTS

	}

	/**
	 * The names as a state machine over bytes, so that an unknown operation is found at
	 * its first wrong byte, and none is ever buffered.
	 */
	static final class Names {

		static final int START = 0;

		static final int UNKNOWN = -1;

		private static final List<int[]> NODES = new ArrayList<>();

		private static final List<@Nullable Operation> COMPLETE = new ArrayList<>();

		static {
			addNode();
			for (Operation operation : values()) {
				int node = START;
				for (byte character : operation.text.getBytes(StandardCharsets.US_ASCII)) {
					int[] transitions = NODES.get(node);
					if (transitions[character] == UNKNOWN) {
						int next = addNode();
						transitions[character] = next;
						transitions[Character.toLowerCase(character)] = next;
					}
					node = transitions[character];
				}
				COMPLETE.set(node, operation);
			}
		}

		private Names() {
		}

		private static int addNode() {
			int[] transitions = new int[128];
			Arrays.fill(transitions, UNKNOWN);
			NODES.add(transitions);
			COMPLETE.add(null);
			return NODES.size() - 1;
		}

		/**
		 * Returns the state after one more byte, {@link #UNKNOWN} if no name goes on so.
		 */
		static int next(int state, byte character) {
			return (character < 0) ? UNKNOWN : NODES.get(state)[character];
		}

		/**
		 * Returns the operation whose name is complete in this state. No name is the
		 * beginning of another.
		 */
		static @Nullable Operation complete(int state) {
			return COMPLETE.get(state);
		}

	}

}
