package io.natsproxy.agent;

import java.net.URI;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Targets go on byte for byte, and nothing leads outside of the paths.
 */
class TargetRuleTests {

	private static TargetRule rule(String stripPrefix, String url, String... paths) {
		return new TargetRule(new UpstreamRoutes(new Upstream("orders", List.of(paths), URI.create(url),
				AbstractAgentTests.requests(stripPrefix, null, java.util.Map.of()), UpstreamConnections.DEFAULTS,
				null)));
	}

	private static int refusal(TargetRule rule, String target) {
		try {
			rule.target(target);
			return 0;
		}
		catch (RefusedRequestException ex) {
			return ex.status();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/orders", "/orders/", "/orders?a=b&c", "/orders/a%2Fb", "/orders//x", "/orders/%C3%a9?%",
			"/orders/a;v=1/b.c", "/orders/...", "/orders/..a", "/orders/a..", "/orders/?../..", "/%6frders/x",
			"/orders/x?http://evil.example/", "/orders/{x}|\"^`" })
	void targetsGoOnByteForByte(String target) {
		assertThat(rule(null, "http://127.0.0.1:9000", "/orders/**").target(target)).isEqualTo(target);
		assertThat(rule(null, "http://127.0.0.1:9000/base/", "/orders/**").target(target)).isEqualTo("/base" + target);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/orders/..", "/orders/../admin", "/orders/./x", "/orders/%2e%2e/admin",
			"/orders/.%2E/admin", "/orders/..;/admin", "/orders/..;a=b/admin", "/orders/%2e%2e%3b/admin",
			"/orders/..%2fadmin", "/orders/a%2f..%2f..%2fadmin", "/orders/..%5cadmin", "/orders/..\\admin",
			"/orders/%00", "/orders/..%00/admin", "/orders/%", "/orders/%zz", "/../orders/x", "/orders/x/..",
			"//orders/x", "/\\orders/x", "/orders/a b", "/orders/a\tb", "/orders/\u00e9", "/orders?a=\u007f",
			"/orders?a\r\nb" })
	void whatCouldLeadOutsideIsRefused(String target) {
		assertThat(refusal(rule(null, "http://127.0.0.1:9000", "/orders/**"), target)).isEqualTo(400);
		assertThat(refusal(rule(null, "http://127.0.0.1:9000", "/**"), target)).isEqualTo(400);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/order", "/orders2", "/ORDERS/x", "/orders%2Fx", "/x/orders" })
	void pathsOfOthersAreNotFound(String target) {
		assertThat(refusal(rule(null, "http://127.0.0.1:9000", "/orders/**"), target)).isEqualTo(404);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/orders/7%2Fdelete", "/orders/7%2fdelete", "/orders/7%5Cdelete", "/orders/7%5cdelete",
			"/orders/7\\delete", "/orders/%2F7", "/orders/7%2F" })
	void pathsThatAreThoseOfOthersIfSlashesAreDecodedAreNotFound(String target) {
		assertThat(refusal(rule(null, "http://127.0.0.1:9000", "/orders/*"), target)).isEqualTo(404);
		assertThat(refusal(rule(null, "http://127.0.0.1:9000", "/orders/{id}"), target)).isEqualTo(404);
		assertThat(refusal(rule(null, "http://127.0.0.1:9000", "/orders/**"), target)).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "/api/orders,/", "/api/orders/,/", "/api/orders?a=b,/?a=b", "/api/orders/1/2,/1/2",
			"/api/orders/a%2Fb?x=/../,/a%2Fb?x=/../", "/api/%6frders/1,/1", "/api;v=1/orders;w=2/1,/1" })
	void prefixIsStripped(String target, String stripped) {
		assertThat(rule("/api/orders", "http://127.0.0.1:9000", "/api/orders/**").target(target)).isEqualTo(stripped);
	}

	@Test
	void whatIsLeftIsNoAuthority() {
		TargetRule rule = rule("/orders", "http://127.0.0.1:9000", "/orders/**");
		assertThat(refusal(rule, "/orders//evil.example/x")).isEqualTo(400);
		assertThat(refusal(rule, "/orders/\\evil.example/x")).isEqualTo(400);
	}

	@Test
	void everyPathBeginsWithWhatIsStripped() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> rule("/orders", "http://127.0.0.1:9000", "/orders/**", "/ordersx"))
			.withMessageContaining("'/ordersx'")
			.withMessageContaining("'/orders'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ftp://host/", "http:///x", "//host", "http://user:secret@host", "http://host/?q",
			"http://host/#f", "http://host:99999", "mailto:x" })
	void urlsAreChecked(String url) {
		assertThatIllegalArgumentException().isThrownBy(() -> rule(null, url, "/orders/**"))
			.withMessageContaining("'orders'")
			.withMessageNotContaining("secret");
	}

	@Test
	void malformedPathsAreNamed() {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> rule(null, "http://127.0.0.1:9000", "/{x"))
			.withMessageContaining("'/{x'");
	}

}
