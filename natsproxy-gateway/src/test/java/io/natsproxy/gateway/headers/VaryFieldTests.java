package io.natsproxy.gateway.headers;

import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

class VaryFieldTests {

	private final HttpHeaders headers = new HttpHeaders();

	@Test
	void firstValuesStayAsTheyAre() {
		add("Origin, Accept", "Cookie");
		assertThat(vary()).containsExactly("Origin, Accept", "Cookie");
	}

	@Test
	void onlyWhatIsMissingIsAdded() {
		add("Origin", "Accept");
		add("origin,ACCEPT , Cookie", "cookie, User-Agent,");
		assertThat(vary()).containsExactly("Origin", "Accept", "Cookie, User-Agent");
	}

	@Test
	void nothingIsAddedToEverything() {
		add("Accept, *");
		add("Origin");
		assertThat(vary()).containsExactly("Accept, *");
	}

	@Test
	void everythingIsAdded() {
		add("Accept");
		add("*", "Origin");
		assertThat(vary()).containsExactly("Accept", "*");
	}

	private void add(String... values) {
		VaryField.add(this.headers, List.of(values));
	}

	private List<String> vary() {
		return this.headers.getOrEmpty(HttpHeaders.VARY);
	}

}
