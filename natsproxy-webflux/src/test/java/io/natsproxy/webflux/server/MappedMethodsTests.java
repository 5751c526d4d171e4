package io.natsproxy.webflux.server;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class MappedMethodsTests {

	@ParameterizedTest
	@CsvSource({ "/a/b,/a/b", "/,/", "/{a},/{}", "/x{a}y/{b}.txt,/x{}y/{}.txt", "/{*rest},/{*}",
			"/{a:[a-z]+},/{:[a-z]+}", "/{a:x{2}}/{b},/{:x{2}}/{}", "/**,/**" })
	void namesOfVariablesAreLeftOut(String pattern, String shape) {
		assertThat(MappedMethods.shape(pattern)).isEqualTo(shape);
	}

}
