package io.natsproxy.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a command line as a shell does, as far as quotes go.
 */
final class CommandLine {

	private static final char NO_QUOTE = 0;

	private final List<String> words = new ArrayList<>();

	private final StringBuilder word = new StringBuilder();

	private boolean inWord;

	private char quote = NO_QUOTE;

	private CommandLine() {
	}

	/**
	 * Splits at spaces that are not within single or double quotes.
	 * @param line the command line
	 * @return the words, without quotes
	 * @throws InvalidOptionException if a quote is not closed
	 */
	static List<String> split(String line) {
		CommandLine commandLine = new CommandLine();
		line.chars().forEach((c) -> commandLine.add((char) c));
		if (commandLine.quote != NO_QUOTE) {
			throw new InvalidOptionException("Missing " + commandLine.quote + " in: " + line);
		}
		commandLine.endWord();
		return List.copyOf(commandLine.words);
	}

	private void add(char c) {
		if (this.quote != NO_QUOTE) {
			addQuoted(c);
		}
		else if (c == '"' || c == '\'') {
			this.quote = c;
			this.inWord = true;
		}
		else if (c == ' ') {
			endWord();
		}
		else {
			this.word.append(c);
			this.inWord = true;
		}
	}

	private void addQuoted(char c) {
		if (c == this.quote) {
			this.quote = NO_QUOTE;
		}
		else {
			this.word.append(c);
		}
	}

	private void endWord() {
		if (this.inWord) {
			this.words.add(this.word.toString());
			this.word.setLength(0);
			this.inWord = false;
		}
	}

}
