package io.natsproxy.samples.chat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * A message to the page, as JSON.
 *
 * @param type what has happened
 * @param name who it is about, or for a welcome who it is from: the instance
 * @param text what was said
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ChatMessage(Type type, String name, @Nullable String text) {

	static ChatMessage welcome(String instance) {
		return new ChatMessage(Type.WELCOME, instance, null);
	}

	static ChatMessage joined(String name) {
		return new ChatMessage(Type.JOINED, name, null);
	}

	static ChatMessage said(String name, String text) {
		return new ChatMessage(Type.SAID, name, text);
	}

	static ChatMessage left(String name) {
		return new ChatMessage(Type.LEFT, name, null);
	}

	/**
	 * The kinds of events. A welcome goes to one visitor, all others to the room.
	 */
	enum Type {

		@JsonProperty("welcome")
		WELCOME,

		@JsonProperty("joined")
		JOINED,

		@JsonProperty("said")
		SAID,

		@JsonProperty("left")
		LEFT

	}

}
