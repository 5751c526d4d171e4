package io.natsproxy.gateway.client;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RequestCheckTests {

	private final RequestCheck check = new RequestCheck(10);

	@ParameterizedTest
	@ValueSource(strings = { "/", "", "*", "/a/b?c=d&e", "/a%20b", "/caf\u00e9", "/a?b[]=c", "http://example.com/a",
			"http://example.com:80", "example.com:443", "/a#b", "//a", "/a:b@c;d=e,f!$'()*+~_-.", "x://[::1]/a%41" })
	void targetOfWhichAUriCanBeMadeIsFine(String target) {
		assertThat(this.check.check(get(target))).isNull();
		assertThat(this.check.check(http2(target))).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/%zz", "/%", "/a%2", "/a|b", "/a\\b", "/a^b", "/`", "/{id}", "/a\"b", "/<a>", "/[a]",
			"/a\u0080b", "/a\u007fb", "http://example.com/%", "/a?b=%zz" })
	void targetOfWhichNoUriCanBeMadeIsMalformed(String target) {
		assertThat(this.check.check(get(target))).extracting(Refusal::status).isEqualTo(400);
		assertThat(this.check.check(http2(target))).extracting(Refusal::status).isEqualTo(400);
	}

	@ParameterizedTest
	@ValueSource(strings = { "example.com", "example.com:80", "1.2.3.4:65535", "[::1]", "[::1]:8080", "a_b-c.d~e", "" })
	void hostIsFine(String host) {
		HttpRequest request = get("/");
		request.headers().set("Host", host);
		assertThat(this.check.check(request)).isNull();
		assertThat(this.check.check(http2("/").authority(host))).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "a/b", "a?b", "a#b", "a@b", "a b", "a:", "a:b", "a:65536", "a:999999", "a:-1", "a:1:2",
			"[::1", "[::1]:", "[::1]:x", "caf\u00e9", "a\\b" })
	void hostIsMalformed(String host) {
		HttpRequest request = get("/");
		request.headers().set("Host", host);
		assertThat(this.check.check(request)).extracting(Refusal::status).isEqualTo(400);
		assertThat(this.check.check(http2("/").authority(host))).extracting(Refusal::status).isEqualTo(400);
	}

	@Test
	void hostIsThereOnceOrTheVersionIsOld() {
		HttpRequest request = get("/");
		request.headers().add("host", "b");
		assertThat(this.check.check(request)).extracting(Refusal::status).isEqualTo(400);
		request.headers().remove("Host");
		assertThat(this.check.check(request)).extracting(Refusal::status).isEqualTo(400);
		request.setProtocolVersion(HttpVersion.HTTP_1_0);
		assertThat(this.check.check(request)).isNull();
		request.setProtocolVersion(HttpVersion.valueOf("HTTP/2.0"));
		assertThat(this.check.check(request)).extracting(Refusal::status).isEqualTo(505);
	}

	@Test
	void fieldsAreCounted() {
		HttpRequest request = get("/");
		for (int i = 0; i < 9; i++) {
			request.headers().add("A", "");
		}
		assertThat(this.check.check(request)).isNull();
		assertThat(new RequestCheck(0).check(request)).isNull();
		request.headers().add("A", "");
		assertThat(this.check.check(request)).extracting(Refusal::status).isEqualTo(431);
	}

	@Test
	void cookiesOfHttp2AreOneField() {
		Http2Headers headers = http2("/");
		for (int i = 0; i < 50; i++) {
			headers.add("cookie", "a=" + i);
		}
		assertThat(this.check.check(headers)).isNull();
		for (int i = 0; i < 10; i++) {
			headers.add("a", "b");
		}
		assertThat(this.check.check(headers)).extracting(Refusal::status).isEqualTo(431);
	}

	@Test
	void whatCouldNotBeDecodedSaysWhy() {
		assertThat(status(new TooLongHttpLineException())).isEqualTo(414);
		assertThat(status(new TooLongHttpHeaderException())).isEqualTo(431);
		assertThat(status(new IllegalArgumentException("\u001b[31m"))).isEqualTo(400);
	}

	private int status(Throwable cause) {
		HttpRequest request = get("/");
		request.setDecoderResult(DecoderResult.failure(cause));
		Refusal refusal = this.check.check(request);
		assertThat(refusal).isNotNull();
		assertThat(new String(refusal.body())).contains("\"status\":" + refusal.status()).doesNotContain("\u001b");
		return refusal.status();
	}

	private static HttpRequest get(String target) {
		HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target);
		request.headers().set("Host", "example.com");
		return request;
	}

	private static Http2Headers http2(String target) {
		return new DefaultHttp2Headers(false).method("GET").scheme("http").path(target).authority("example.com");
	}

}
