package io.natsproxy.core.subject;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;

import io.natsproxy.core.wire.MalformedMessageException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link SubjectCodec}.
 */
class SubjectCodecTests {

	private final SubjectCodec codec = new SubjectCodec("");

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			/                    | GET:
			/test                | GET:.test
			/test/42/abc         | GET:.test.42.abc
			/Test                | GET:.Test
			/a/                  | GET:.a.%
			//                   | GET:.%.%
			//a                  | GET:.%.a
			/a//b                | GET:.a.%.b
			/a%2Fb               | GET:.a/b
			/a%2fb               | GET:.a/b
			/%25                 | GET:.%25
			/1.2                 | GET:.1%2E2
			/1%2E2               | GET:.1%2E2
			/.                   | GET:.%2E
			/..                  | GET:.%2E%2E
			/*                   | GET:.%2A
			/a*b                 | GET:.a%2Ab
			/>                   | GET:.%3E
			/%3e                 | GET:.%3E
			/%20                 | GET:.%20
			/a%20b               | GET:.a%20b
			/a+b                 | GET:.a+b
			/%09                 | GET:.%09
			/%00                 | GET:.%00
			/%0d%0a              | GET:.%0D%0A
			/%7f                 | GET:.%7F
			/%c3%a9              | GET:.%C3%A9
			/é                   | GET:.%C3%A9
			/€                   | GET:.%E2%82%AC
			/😀/x                | GET:.%F0%9F%98%80.x
			/%FF                 | GET:.%FF
			/$SYS                | GET:.%24SYS
			/%24SYS              | GET:.%24SYS
			/a$b                 | GET:.a$b
			/a%24b               | GET:.a$b
			/a;x=1               | GET:.a
			/a;x=1/b;y=2;z       | GET:.a.b
			/a;x=%zz/b           | GET:.a.b
			/;x=1                | GET:.%
			/a%3Bx=1             | GET:.a;x=1
			/a:b@c,d=e&f~g_h-i!' | GET:.a:b@c,d=e&f~g_h-i!'
			""", quoteCharacter = '`')
	void pathBecomesTokensOfItsDecodedSegments(String path, String subject) {
		assertThat(this.codec.subject("GET", path)).isEqualTo(subject);
	}

	@ParameterizedTest
	@CsvSource({ "GET,GET", "POST,POST", "HEAD,GET", "head,head", "get,get", "M-SEARCH,M-SEARCH", "A.B,A%2EB",
			"A*,A%2A", "$A,%24A", "A$,A$", "A%B,A%25B", "A|B,A|B" })
	void methodIsTheFirstToken(String method, String token) {
		String subject = this.codec.subject(method, "/a");
		assertThat(subject).isEqualTo(token + ":.a");
		assertThat(this.codec.method(subject)).isEqualTo(method.equals("HEAD") ? "GET" : method);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a", "a/b", "*", "%2Fa", "http://host/a" })
	void pathMustBeginWithASlash(String path) {
		assertMalformed(() -> this.codec.subject("GET", path));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/%", "/%4", "/a%", "/%zz", "/%4z", "/%z4", "/%%41", "/% 1", "/%/41", "/%+1", "/a%4/b",
			"/%\uFF11\uFF11" })
	void malformedPercentEncodingIsRefused(String path) {
		assertMalformed(() -> this.codec.subject("GET", path));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			GET:            | /
			GET:.test.42    | /test/42
			GET:.a.%        | /a/
			GET:.%.%        | //
			GET:.a/b        | /a%2Fb
			GET:.%25        | /%25
			GET:.%2E%2E     | /%2E%2E
			GET:.%24SYS     | /%24SYS
			GET:.a;x=1      | /a%3Bx%3D1
			GET:.a?b        | /a%3Fb
			GET:.a#b        | /a%23b
			GET:.%C3%A9     | /%C3%A9
			""")
	void subjectBecomesAPathThatFitsARequestTarget(String subject, String path) {
		assertThat(this.codec.path(subject)).isEqualTo(path);
		assertThat(this.codec.subject("GET", path)).isEqualTo(subject);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ":", ":.a", "GET", "GET.a", "GET:a", "_INBOX.x", "GET:.%4", "GET:.a%zz" })
	void foreignSubjectIsRefused(String subject) {
		assertMalformed(() -> this.codec.path(subject));
	}

	@Test
	void prefixStandsInFrontOfEverySubject() {
		SubjectCodec prefixed = new SubjectCodec("acme.prod");
		String subject = prefixed.subject("DELETE", "/a/b");
		assertThat(subject).isEqualTo("acme.prod.DELETE:.a.b");
		assertThat(prefixed.method(subject)).isEqualTo("DELETE");
		assertThat(prefixed.path(subject)).isEqualTo("/a/b");
	}

	@Test
	void subjectWithoutThePrefixIsForeign() {
		SubjectCodec prefixed = new SubjectCodec("acme");
		assertMalformed(() -> prefixed.method("GET:.a"));
		assertMalformed(() -> prefixed.path("acmeGET:.a"));
		assertMalformed(() -> prefixed.path("acme.:.a"));
	}

	@ParameterizedTest
	@ValueSource(strings = { ".", "a.", ".a", "a..b", "a b", "a.*", ">", "a.>", "\u00E9", "a\t" })
	void prefixMustBeALiteralSubject(String prefix) {
		assertThatIllegalArgumentException().isThrownBy(() -> new SubjectCodec(prefix))
			.withMessageContaining("literal NATS subject");
	}

	@Test
	void anySegmentsSurviveTheRoundTripAndMakeASubjectOfTheirOwn() {
		Random random = new Random(42);
		Map<String, List<String>> segmentsBySubject = new HashMap<>();
		for (int run = 0; run < 20_000; run++) {
			List<byte[]> segments = randomSegments(random);
			String subject = this.codec.subject("GET", spelledAtRandom(segments, random));
			assertTokensAreLiteral(subject);
			String path = this.codec.path(subject);
			assertThat(decodedSegments(path)).isEqualTo(hexadecimal(segments));
			assertThat(this.codec.subject("GET", path)).isEqualTo(subject);
			assertThat(this.codec.path(this.codec.subject("GET", path))).isEqualTo(path);
			assertThat(segmentsBySubject.computeIfAbsent(subject, (key) -> hexadecimal(segments)))
				.isEqualTo(hexadecimal(segments));
		}
		assertThat(segmentsBySubject).hasSizeGreaterThan(10_000);
	}

	private static List<byte[]> randomSegments(Random random) {
		byte[] likely = "%.*>$/; \t\r\n:?#a1\u00E9".getBytes(StandardCharsets.UTF_8);
		List<byte[]> segments = new ArrayList<>();
		int count = 1 + random.nextInt(4);
		for (int i = 0; i < count; i++) {
			byte[] segment = new byte[random.nextInt(4)];
			for (int j = 0; j < segment.length; j++) {
				segment[j] = random.nextBoolean() ? likely[random.nextInt(likely.length)] : (byte) random.nextInt(256);
			}
			segments.add(segment);
		}
		// One empty segment is the root: that of no segment at all.
		return (segments.size() == 1 && segments.get(0).length == 0) ? List.of(new byte[] { 'x' }) : segments;
	}

	private static String spelledAtRandom(List<byte[]> segments, Random random) {
		StringBuilder path = new StringBuilder();
		for (byte[] segment : segments) {
			path.append('/');
			for (byte octet : segment) {
				boolean literal = octet > ' ' && octet < 0x7F && "%/;?#".indexOf(octet) < 0 && random.nextBoolean();
				path.append(literal ? String.valueOf((char) octet)
						: String.format(random.nextBoolean() ? "%%%02x" : "%%%02X", octet & 0xFF));
			}
			if (random.nextInt(8) == 0) {
				path.append(";v=1");
			}
		}
		return path.toString();
	}

	private static void assertTokensAreLiteral(String subject) {
		for (String token : subject.split("\\.", -1)) {
			assertThat(token).isNotEmpty().doesNotStartWith("$");
			assertThat(token.chars()).allMatch((c) -> c > ' ' && c < 0x7F && c != '*' && c != '>');
		}
	}

	private static List<String> decodedSegments(String path) {
		List<byte[]> segments = new ArrayList<>();
		for (String segment : path.substring(1).split("/", -1)) {
			ByteArrayOutputStream decoded = new ByteArrayOutputStream();
			for (int i = 0; i < segment.length(); i++) {
				if (segment.charAt(i) == '%') {
					decoded.write(Integer.parseInt(segment.substring(i + 1, i + 3), 16));
					i += 2;
				}
				else {
					decoded.write(segment.charAt(i));
				}
			}
			segments.add(decoded.toByteArray());
		}
		return hexadecimal(segments);
	}

	private static List<String> hexadecimal(List<byte[]> segments) {
		return segments.stream().map((segment) -> HexFormat.of().formatHex(segment)).toList();
	}

	private static void assertMalformed(ThrowingCallable callable) {
		assertThatExceptionOfType(MalformedMessageException.class).isThrownBy(callable)
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(400));
	}

}
