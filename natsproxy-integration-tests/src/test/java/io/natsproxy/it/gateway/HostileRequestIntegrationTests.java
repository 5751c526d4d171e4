package io.natsproxy.it.gateway;

import java.util.List;

import io.nats.client.Message;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.natsproxy.it.gateway.RawHttpClient.get;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * HTTP clients that try to reach other subjects than that of their path, or another line
 * of the NATS protocol. A subscriber to everything sees what comes out.
 */
class HostileRequestIntegrationTests {

	@RegisterExtension
	static final SharedGateway shared = new SharedGateway();

	private final Peer peer = shared.peer().tap();

	@ParameterizedTest
	@CsvSource(quoteCharacter = '"', textBlock = """
			/,                         GET:
			//,                        GET:.%.%
			/a//b/,                    GET:.a.%.b.%
			/a.b,                      GET:.a%2Eb
			/a%2Eb,                    GET:.a%2Eb
			/a%2eb,                    GET:.a%2Eb
			/*,                        GET:.%2A
			/%2A,                      GET:.%2A
			/%3E,                      GET:.%3E
			/%20,                      GET:.%20
			/a%20b%09c,                GET:.a%20b%09c
			/a%0d%0aPUB%20x%200%0d%0a, GET:.a%0D%0APUB%20x%200%0D%0A
			/%00,                      GET:.%00
			/a%2Fb,                    GET:.a/b
			/a%2F..%2Fb,               GET:.a/%2E%2E/b
			/a/..,                     GET:.a.%2E%2E
			/../a,                     GET:.%2E%2E.a
			/./a,                      GET:.%2E.a
			/a/%2e%2e/b,               GET:.a.%2E%2E.b
			/a;b=c/d,                  GET:.a.d
			/a;/;b/d,                  GET:.a.%.d
			/%3Ba,                     GET:.;a
			/$SYS/REQ,                 GET:.%24SYS.REQ
			/%24SYS/REQ,               GET:.%24SYS.REQ
			/a$b,                      GET:.a$b
			/_INBOX/x,                 GET:._INBOX.x
			/%C3%A9,                   GET:.%C3%A9
			/%FF%FE,                   GET:.%FF%FE
			/%25,                      GET:.%25
			/%252F,                    GET:.%252F
			/%7F,                      GET:.%7F
			/GET:/POST:,               GET:.GET:.POST:
			/a?b=*.%3E%0d%0a,          GET:.a
			/a?x=/../y,                GET:.a
			""")
	void pathBecomesOneSubjectAndNoOther(String target, String subject) {
		Response response = get(shared.port(), target);
		assertThat(response.status()).as(response.toString()).isEqualTo(200);
		assertThat(response.text()).isEqualTo("tapped");
		Message message = this.peer.next();
		assertThat(message.getSubject()).isEqualTo(subject);
		assertThat(message.getHeaders().getFirst("Natsproxy-Target")).isEqualTo(target);
		assertThat(this.peer.subjects()).containsExactly(subject);
	}

	@ParameterizedTest
	@CsvSource({ "/\u00c3\u00a9, GET:.%C3%A9", "/\u00e9, GET:.%E9", "/a?q=\u00c3\u00a9, GET:.a",
			"/\u0080\u009f, GET:.%80%9F" })
	void rawBytesAreEncoded(String target, String subject) {
		Response response = get(shared.port(), target);
		if (response.status() == 200) {
			Message message = this.peer.next();
			assertThat(message.getHeaders().getFirst("Natsproxy-Target")).matches("[\\x21-\\x7e]+");
			assertThat(this.peer.subjects()).containsExactly(subject);
		}
		else {
			assertThat(response.status()).isEqualTo(400);
			assertThat(this.peer.subjects()).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/%zz", "/%", "/%2", "/a%g0", "/>", "/a*>b", "/a?b=>", "/a b", "/a\tb", "/a\u0000b",
			"/a\u007fb", "/a\rb", "/a\u000bb", "/[", "/\\", "/^`{|}", "/a?b=%zz", "/a?b=[", "/a#b", "/a%23b#%0d", "*",
			"a/b", "?a", "..", "http://", "http:///a", "http://[", "http://a:b/c", "://a", "//a:b@c",
			"javascript:alert(1)", "http://user:pw@evil/x" })
	void targetThatIsNoneIsRefusedOrMadeHarmless(String target) {
		Response response = get(shared.port(), target);
		assertThat(response.status()).isIn(200, 400, 404, 505);
		List<String> subjects = this.peer.subjects();
		assertThat(subjects).hasSize((response.status() == 200) ? 1 : 0);
		for (String subject : subjects) {
			assertThat(subject).matches("GET:(\\.([\\x21-\\x7e&&[^.*>]]+))*");
			Message message = this.peer.next();
			assertThat(message.getHeaders().getFirst("Natsproxy-Target")).matches("/[\\x21-\\x7e&&[^#]]*");
		}
		assertThat(get(shared.port(), "/after").status()).isEqualTo(200);
	}

	@Test
	void absoluteFormIsItsPath() {
		assertThat(get(shared.port(), "http://example.com/a/b?c=d").status()).isEqualTo(200);
		Message message = this.peer.next();
		assertThat(message.getSubject()).isEqualTo("GET:.a.b");
		assertThat(message.getHeaders().getFirst("Natsproxy-Target")).isEqualTo("/a/b?c=d");
	}

	@ParameterizedTest
	@ValueSource(strings = { "x/service/secret?", "x/y", "x?y", "x#y", "user@x", "x\\y", "x y", "\u00e9", "a,b/c" })
	void hostThatReachesIntoThePathIsRefused(String host) {
		Response response = RawHttpClient.exchange(shared.port(), "GET /hello HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
		assertThat(response.status()).isEqualTo(400);
		assertThat(this.peer.subjects()).isEmpty();
	}

	@Test
	void secondHostIsRefused() {
		Response response = RawHttpClient.exchange(shared.port(),
				"GET /hello HTTP/1.1\r\nHost: example.com\r\nHost: evil.com\r\n\r\n");
		assertThat(response.status()).isEqualTo(400);
		assertThat(this.peer.subjects()).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "FOO, FOO:.m", "foo, foo:.m", "A.B, A%2EB:.m", "*, %2A:.m", "$SYS, %24SYS:.m", "GET:, 400",
			"PRI, PRI:.m" })
	void methodIsOneToken(String method, String expected) {
		Response response = RawHttpClient.exchange(shared.port(), RawHttpClient.request(method, "/m"));
		if (response.status() == 200) {
			assertThat(this.peer.subjects()).containsExactly(expected);
		}
		else {
			assertThat(response.status()).isIn(400, 501);
			assertThat(this.peer.subjects()).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "gr\u00fcn", "\u00c3\u00a9", "\u0080", "a\tb", "%41", "a\u007f", "a\u0001b" })
	void valueOfHeaderComesThroughOrIsRefused(String value) {
		Response response = get(shared.port(), "/header", "X-Value: " + value);
		if (response.status() == 200) {
			Message message = this.peer.next();
			assertThat(message.getHeaders().get("X-Value")).hasSize(1);
			String sent = message.getHeaders().getFirst("X-Value");
			assertThat(sent).matches("[\\t\\x20-\\x7e]*");
			assertThat(message.getHeaders().containsKey("Natsproxy-Escaped")).isEqualTo(!sent.equals(value));
		}
		else {
			assertThat(response.status()).isEqualTo(400);
			assertThat(this.peer.subjects()).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "X-A: b\r\n\tPUB x 0", "X-A: b\nX-C: d", "X-A: b\rX-C: d", "X A: b", ": b", "X-A\u0000: b",
			"X-A: b\u0000c", "X\u00e9: b" })
	void fieldThatBreaksTheLineMakesNoSecondOne(String field) {
		Response response = get(shared.port(), "/header", field);
		List<String> subjects = this.peer.subjects();
		assertThat(subjects).hasSize((response.status() == 200) ? 1 : 0);
		if (response.status() == 200) {
			Message message = this.peer.next();
			assertThat(message.getSubject()).isEqualTo("GET:.header");
			message.getHeaders()
				.forEach((name, values) -> values.forEach((value) -> assertThat(value).matches("[\\t\\x20-\\x7e]*")));
		}
		else {
			assertThat(response.status()).isEqualTo(400);
		}
	}

	@Test
	void moreHeadersThanAllowedAreRefused() {
		String[] headers = new String[4500];
		for (int i = 0; i < headers.length; i++) {
			headers[i] = "X-" + i + ": v";
		}
		assertThat(get(shared.port(), "/many", headers).status()).isEqualTo(431);
		assertThat(this.peer.subjects()).isEmpty();
	}

}
