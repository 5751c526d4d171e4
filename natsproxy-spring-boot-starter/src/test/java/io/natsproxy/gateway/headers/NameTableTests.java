package io.natsproxy.gateway.headers;

import java.util.Random;

import io.netty.util.AsciiString;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class NameTableTests {

	private final NameTable names = new NameTable();

	@Test
	void aNameIsRememberedAsItIsWritten() {
		String first = this.names.get(new AsciiString("Accept"));
		assertThat(first).isEqualTo("Accept");
		assertThat(this.names.get(new AsciiString("Accept"))).isSameAs(first);
		assertThat(this.names.get(new AsciiString("ACCEPT"))).isEqualTo("ACCEPT");
		assertThat(this.names.get(new AsciiString("accept"))).isEqualTo("accept");
	}

	@Test
	void aLongNameIsNotRemembered() {
		AsciiString longName = new AsciiString("x".repeat(65));
		assertThat(this.names.get(longName)).isEqualTo(longName.toString());
		assertThat(this.names.get(new AsciiString(longName.array(), true))).isNotSameAs(this.names.get(longName));
	}

	@Test
	void whatIsNoAsciiStringIsItself() {
		assertThat(this.names.get("Accept")).isSameAs("Accept");
	}

	@Test
	void manyNamesAreNotMistakenForEachOther() {
		Random random = new Random(7);
		for (int round = 0; round < 20_000; round++) {
			String name = Integer.toString(random.nextInt(2000), 36);
			assertThat(this.names.get(new AsciiString(name))).isEqualTo(name);
		}
	}

}
