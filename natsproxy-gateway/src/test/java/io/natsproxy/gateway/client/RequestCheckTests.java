package io.natsproxy.gateway.client;

import java.net.URI;

import javax.net.ssl.SSLException;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RequestCheckTests {

	private final RequestCheck check = new RequestCheck(10);

	private final EmbeddedChannel channel = new EmbeddedChannel();

	@ParameterizedTest
	@ValueSource(strings = { "/", "/a/b?c=d&e", "/a%20b", "//a", "/a:b@c;d=e,f!$'()*+~_-.", "/?", "/a?b?c" })
	void targetThatIsAUriStaysAsItIs(String target) {
		HttpRequest request = get(target);
		assertThat(check(request)).isNull();
		assertThat(request.uri()).isEqualTo(target);
		Http2Headers headers = http2(target);
		assertThat(this.check.check(headers)).isNull();
		assertThat(headers.path()).hasToString(target);
		assertThat(URI.create("http://host" + target)).isNotNull();
	}

	@ParameterizedTest
	@CsvSource({ "/caf\u00e9, /caf%E9", "/a?b[]=c, /a?b%5B%5D=c", "/a|b, /a%7Cb", "/a\\b, /a%5Cb", "/^`, /%5E%60",
			"/{id}, /%7Bid%7D", "/<a>, /%3Ca%3E", "/a\u0080b, /a%80b", "/%41|, /%41%7C" })
	void whatAUriMayNotHaveIsEncoded(String target, String encoded) {
		HttpRequest request = get(target);
		assertThat(check(request)).isNull();
		assertThat(request.uri()).isEqualTo(encoded);
		Http2Headers headers = http2(target);
		assertThat(this.check.check(headers)).isNull();
		assertThat(headers.path()).hasToString(encoded);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/%zz", "/%", "/a%2", "/a%\uff11\uff11", "/a\u0100b", "/a\u007fb", "/a#b", "/a?b=%zz", "",
			"*", "example.com:443", "x://[::1]/a" })
	void targetOfWhichNoUriCanBeMadeIsMalformed(String target) {
		assertThat(check(get(target))).extracting(Refusal::status).isEqualTo(400);
		assertThat(this.check.check(http2(target))).extracting(Refusal::status).isEqualTo(400);
	}

	@Test
	void absoluteFormIsHostAndTargetOfHttp1() {
		HttpRequest request = get("http://other.example:8080?a");
		assertThat(check(request)).isNull();
		assertThat(request.uri()).isEqualTo("/?a");
		assertThat(request.headers().getAll("Host")).containsExactly("other.example:8080");
		assertThat(this.check.check(http2("http://example.com/a"))).extracting(Refusal::status).isEqualTo(400);
	}

	@Test
	void schemeOfAbsoluteFormIsThatOfTheConnection() throws SSLException {
		assertThat(check(get("https://example.com/"))).extracting(Refusal::status).isEqualTo(421);
		SslHandler tls = SslContextBuilder.forClient().build().newHandler(ByteBufAllocator.DEFAULT);
		EmbeddedChannel secure = new EmbeddedChannel(tls);
		try {
			assertThat(this.check.check(get("https://example.com/"), secure)).isNull();
			assertThat(this.check.check(get("http://example.com/"), secure)).extracting(Refusal::status).isEqualTo(421);
		}
		finally {
			secure.finishAndReleaseAll();
		}
	}

	@Test
	void protocolOverConnectOfHttp2HasATarget() {
		Http2Headers headers = http2("/chat|").method("CONNECT");
		assertThat(this.check.check(headers)).extracting(Refusal::status).isEqualTo(400);
		headers.set(":protocol", "websocket");
		assertThat(this.check.check(headers)).isNull();
		assertThat(headers.path()).hasToString("/chat%7C");
	}

	@ParameterizedTest
	@ValueSource(strings = { "example.com", "example.com:80", "1.2.3.4:65535", "[::1]", "[::1]:8080", "a_b-c.d~e", "a:",
			"[::1]:", "" })
	void hostIsFine(String host) {
		HttpRequest request = get("/");
		request.headers().set("Host", host);
		assertThat(check(request)).isNull();
		assertThat(this.check.check(http2("/").authority(host))).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "a/b", "a?b", "a#b", "a@b", "a b", ":", "a:b", "a:65536", "a:999999", "a:-1", "a:1:2",
			"[::1", ":80", "[::1]:x", "caf\u00e9", "a\\b" })
	void hostIsMalformed(String host) {
		HttpRequest request = get("/");
		request.headers().set("Host", host);
		assertThat(check(request)).extracting(Refusal::status).isEqualTo(400);
		assertThat(this.check.check(http2("/").authority(host))).extracting(Refusal::status).isEqualTo(400);
	}

	@Test
	void hostIsThereOnceOrTheVersionIsOld() {
		HttpRequest request = get("/");
		request.headers().add("host", "b");
		assertThat(check(request)).extracting(Refusal::status).isEqualTo(400);
		request.headers().remove("Host");
		assertThat(check(request)).extracting(Refusal::status).isEqualTo(400);
		request.setProtocolVersion(HttpVersion.HTTP_1_0);
		assertThat(check(request)).isNull();
		request.setProtocolVersion(HttpVersion.valueOf("HTTP/2.0"));
		assertThat(check(request)).extracting(Refusal::status).isEqualTo(505);
	}

	@Test
	void fieldsAreCounted() {
		HttpRequest request = get("/");
		for (int i = 0; i < 9; i++) {
			request.headers().add("A", "");
		}
		assertThat(check(request)).isNull();
		assertThat(new RequestCheck(0).check(request, this.channel)).isNull();
		request.headers().add("A", "");
		assertThat(check(request)).extracting(Refusal::status).isEqualTo(431);
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

	private @Nullable Refusal check(HttpRequest request) {
		return this.check.check(request, this.channel);
	}

	private int status(Throwable cause) {
		HttpRequest request = get("/");
		request.setDecoderResult(DecoderResult.failure(cause));
		Refusal refusal = check(request);
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
