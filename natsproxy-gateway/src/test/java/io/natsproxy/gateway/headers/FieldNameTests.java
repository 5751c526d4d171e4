package io.natsproxy.gateway.headers;

import java.util.Random;

import io.netty.util.AsciiString;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FieldNameTests {

	@Test
	void aNameIsRememberedAsItIsWritten() {
		String first = FieldList.name(new AsciiString("Accept"));
		assertThat(first).isEqualTo("Accept");
		assertThat(FieldList.name(new AsciiString("Accept"))).isSameAs(first);
		assertThat(FieldList.name(new AsciiString("ACCEPT"))).isEqualTo("ACCEPT");
		assertThat(FieldList.name(new AsciiString("accept"))).isEqualTo("accept");
	}

	@Test
	void aLongNameIsNotRemembered() {
		AsciiString longName = new AsciiString("x".repeat(65));
		assertThat(FieldList.name(longName)).isEqualTo(longName.toString());
		assertThat(FieldList.name(new AsciiString(longName.array(), true))).isNotSameAs(FieldList.name(longName));
	}

	@Test
	void whatIsNoAsciiStringIsItself() {
		assertThat(FieldList.name("Accept")).isSameAs("Accept");
	}

	@Test
	void manyNamesAreNotMistakenForEachOther() {
		Random random = new Random(7);
		for (int round = 0; round < 20_000; round++) {
			String name = Integer.toString(random.nextInt(2000), 36);
			assertThat(FieldList.name(new AsciiString(name))).isEqualTo(name);
		}
	}

}
