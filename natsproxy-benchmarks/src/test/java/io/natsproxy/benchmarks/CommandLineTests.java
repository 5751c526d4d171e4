package io.natsproxy.benchmarks;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CommandLineTests {

	@Test
	void wordsEndAtSpaces() {
		assertThat(CommandLine.split("  java -jar  a.jar ")).containsExactly("java", "-jar", "a.jar");
	}

	@Test
	void nothingIsNoWord() {
		assertThat(CommandLine.split(" ")).isEmpty();
	}

	@Test
	void quotesKeepSpacesAndAreRemoved() {
		assertThat(CommandLine.split("sh -c 'echo \"a  b\"' --name=\"c d\"")).containsExactly("sh", "-c",
				"echo \"a  b\"", "--name=c d");
	}

	@Test
	void emptyQuotesAreAWord() {
		assertThat(CommandLine.split("a '' b")).containsExactly("a", "", "b");
	}

	@Test
	void anOpenQuoteIsRefused() {
		assertThatThrownBy(() -> CommandLine.split("sh -c 'echo")).isInstanceOf(InvalidOptionException.class);
	}

}
