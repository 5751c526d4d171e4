package io.natsproxy.gateway.openapi;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.natsproxy.core.discovery.DiscoveredEndpoint;
import io.natsproxy.core.discovery.DiscoveredService;
import io.natsproxy.core.subject.RouteSubjects;
import io.natsproxy.core.subject.SubjectCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Documents of which little is sent and much would be made. The time is far more than it
 * takes on a busy machine, and far less than it would without bounds.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OpenApiBudgetTests {

	private static final RouteSubjects SUBJECTS = new RouteSubjects(new SubjectCodec("shop"));

	private static ServiceOperations service(String name, Stream<String> paths, String document) {
		List<DiscoveredEndpoint> endpoints = paths.map(OpenApiBudgetTests::endpoint).toList();
		DiscoveredService instance = new DiscoveredService(name, "ID", "1.0.0", Map.of(), endpoints);
		return new ServiceOperations(new ServiceContent(name, "1.0.0", new ToldEndpoints(List.of(instance), SUBJECTS),
				DocumentParser.parse(document.replace('\'', '"').getBytes(StandardCharsets.UTF_8))));
	}

	private static DiscoveredEndpoint endpoint(String path) {
		String subject = "";
		for (String each : SUBJECTS.covering(List.of("GET"), path)) {
			subject = each;
		}
		return new DiscoveredEndpoint(subject, Map.of("method", "GET", "path", path));
	}

	private static Stream<String> paths(int count) {
		return IntStream.range(0, count).mapToObj((i) -> "/a/" + i);
	}

	private static String joined(int count, String format) {
		return IntStream.range(0, count).mapToObj((i) -> format.replace("#N", "" + i)).collect(Collectors.joining(","));
	}

	private static OpenApiView view(ServiceOperations... services) {
		return Views.of(List.of(services));
	}

	private static JsonNode one(OpenApiView view, String name) {
		return JsonMapper.shared().readTree(Objects.requireNonNull(view.service(name)).content());
	}

	@Test
	void parameterIsCopiedOncePerOperationHoweverOftenItIsReferredTo() {
		String text = "x".repeat(60_000);
		JsonNode document = one(view(service("a", paths(1),
				"{'openapi':'3.1.0','paths':{'/a/0':{'get':{'summary':'Own','parameters':["
						+ joined(10_000, "{'$ref':'#/components/parameters/p'}")
						+ "]}}},'components':{'parameters':{'p':{'name':'p','in':'query','description':'" + text
						+ "'}}}}")),
				"a");
		assertThat(document.at("/paths/~1a~10/get/parameters")).hasSize(1);
		assertThat(document.at("/paths/~1a~10/get/summary").asString("")).isEqualTo("Own");
	}

	@Test
	void documentThatGrowsManyTimesIsDescribedByItsRoutes() {
		String texts = joined(15, "'e#N':{'value':'" + "x".repeat(60_000) + "'}");
		ServiceOperations service = service("a", paths(2000),
				"{'openapi':'3.1.0','paths':{"
						+ joined(2000,
								"'/a/#N':{'get':{'summary':'Own','parameters':[{'$ref':'#/components/parameters/p'}]}}")
						+ "},'components':{'parameters':{'p':{'name':'p','in':'query','examples':{" + texts + "}}}}}");
		OpenApiView view = view(service,
				service("b", Stream.of("/b"), "{'openapi':'3.1.0','paths':{'/b':{'get':{}}}}"));
		JsonNode document = one(view, "a");
		assertThat(document.path("paths")).hasSize(2000);
		assertThat(document.at("/paths/~1a~10/get/summary").isMissingNode()).isTrue();
		assertThat(view.all().content().length).isLessThan(2_000_000);
		assertThat(JsonMapper.shared().readTree(view.all().content()).path("paths").has("/b")).isTrue();
		assertThatExceptionOfType(CopyBudget.SpentBudgetException.class)
			.isThrownBy(() -> new DocumentMerge().add(service));
		assertThat(service.kept())
			.isLessThan(8 * CopyBudget.weight(Objects.requireNonNull(service.service().document())));
	}

	@Test
	void valuesAndFieldsThatAreLeftOutCountToo() {
		for (String content : List.of("'example':[" + "0,".repeat(100_000) + "0]", joined(100_000, "'x#N':0"))) {
			ServiceOperations service = service("a", paths(1000),
					"{'openapi':'3.1.0','paths':{"
							+ joined(1000, "'/a/#N':{'get':{'parameters':[{'$ref':'#/components/parameters/p'}]}}")
							+ "},'components':{'parameters':{'p':{'name':'p','in':'query'," + content + "}}}}");
			assertThatExceptionOfType(CopyBudget.SpentBudgetException.class)
				.isThrownBy(() -> new DocumentMerge().add(service));
		}
	}

	@Test
	void securityOfAllIsBounded() {
		String requirement = "{'basic':[]}";
		for (String security : List.of(joined(33, requirement), "{'basic':[" + joined(257, "'s#N'") + "]}",
				"{'basic':['" + "x".repeat(257) + "']}")) {
			ServiceOperations service = service("a", paths(2000),
					"{'openapi':'3.1.0','paths':{" + joined(2000, "'/a/#N':{'get':{'summary':'Own'}}")
							+ "},'security':[" + security
							+ "],'components':{'securitySchemes':{'basic':{'type':'http','scheme':'basic'}}}}");
			view(service);
			new DocumentMerge().add(service);
			assertThat(service.broken()).isEqualTo(2000);
		}
	}

	@Test
	void allTogetherAreBounded() {
		String many = joined(60, "'/%s/#N':{'get':{'summary':'Own','description':'" + "x".repeat(30_000) + "'}}");
		ServiceOperations[] services = IntStream.range(10, 100)
			.mapToObj((i) -> service("s" + i, IntStream.range(0, 60).mapToObj((n) -> "/" + i + "/" + n),
					"{'openapi':'3.1.0','paths':{" + many.formatted(range(i)) + "}}"))
			.toArray(ServiceOperations[]::new);
		JsonNode all = JsonMapper.shared().readTree(view(services).all().content());
		assertThat(all.at("/paths/~110~10/get/summary").asString("")).isEqualTo("Own");
		assertThat(all.at("/paths/~199~10/get").isObject()).isTrue();
		assertThat(all.at("/paths/~199~10/get/summary").isMissingNode()).isTrue();
	}

	private static Object[] range(int service) {
		return IntStream.range(0, 60).mapToObj((i) -> service).toArray();
	}

	@Test
	void componentsThatReferToEachOtherAreReadOnce() {
		// In one circle.
		int count = 20_000;
		String schemas = joined(count, "'S#N':{'properties':{'next':{'$ref':'#/components/schemas/S@#N@'},"
				+ "'first':{'$ref':'#/components/schemas/S0'}}}");
		schemas = next(schemas, count);
		String uses = joined(2000, "'/a/#N':{'get':{'summary':'Own','responses':{'200':{'content':{'a/b':{'schema':"
				+ "{'$ref':'#/components/schemas/S#N'}}}}}}}");
		JsonNode document = one(view(service("a", paths(2000),
				"{'openapi':'3.1.0','paths':{" + uses + "},'components':{'schemas':{" + schemas + "}}}")), "a");
		assertThat(document.at("/paths/~1a~10/get/summary").asString("")).isEqualTo("Own");
		assertThat(document.at("/components/schemas")).hasSize(count);
	}

	private static String next(String schemas, int count) {
		StringBuilder text = new StringBuilder(schemas.length());
		int start = 0;
		for (int at = schemas.indexOf('@'); at >= 0; at = schemas.indexOf('@', start)) {
			int end = schemas.indexOf('@', at + 1);
			int number = Integer.parseInt(schemas.substring(at + 1, end));
			text.append(schemas, start, at).append(Math.min(number + 1, count - 1));
			start = end + 1;
		}
		return text.append(schemas, start, schemas.length()).toString();
	}

	@Test
	void hashIsThatOfAllThatAComponentRefersTo() {
		String text = "{'components':{'schemas':{'A':{'items':{'$ref':'#/components/schemas/B'}},"
				+ "'B':{'items':{'$ref':'#/components/schemas/A'},'not':{'$ref':'#/components/schemas/C'}},'C':%s,"
				+ "'D':{'items':{'$ref':'#/components/schemas/A'}},'E':{}}}}";
		ServiceComponents one = components(text.formatted("{}"));
		ServiceComponents same = components(text.formatted("{'x-left-out':1}"));
		ServiceComponents other = components(text.formatted("{'type':'string'}"));
		// In any order.
		for (String name : List.of("E", "B", "C", "D", "A")) {
			same.hash(new ServiceComponents.Key("schemas", name));
		}
		for (String name : List.of("A", "B", "C", "D")) {
			ServiceComponents.Key key = new ServiceComponents.Key("schemas", name);
			assertThat(one.hash(key)).isEqualTo(same.hash(key)).isNotEqualTo(other.hash(key));
		}
		ServiceComponents.Key e = new ServiceComponents.Key("schemas", "E");
		assertThat(one.hash(e)).isEqualTo(other.hash(e));
		ServiceComponents broken = components(text.formatted("7"));
		for (String name : List.of("A", "B", "C", "D")) {
			assertThatExceptionOfType(BrokenPartException.class)
				.isThrownBy(() -> broken.hash(new ServiceComponents.Key("schemas", name)));
		}
		assertThat(broken.hash(e)).isEqualTo(one.hash(e));
	}

	private static ServiceComponents components(String text) {
		ObjectNode document = (ObjectNode) JsonMapper.shared().readTree(text.replace('\'', '"'));
		return new ServiceComponents(document, new CopyBudget(0, 1), new CopyBudget(0, 1));
	}

	@Test
	void operationsThatAreLookedAtAreBounded() {
		ServiceOperations service = service("a", Stream.of("/a/{x}"),
				"{'openapi':'3.1.0','paths':{" + joined(60_000, "'/b/#N':{'get':{}}") + ",'/a/{x}':{'get':{}}}}");
		view(service);
		new DocumentMerge().add(service);
		assertThat(service.left()).isEqualTo(ServiceOperations.MAX_READ + 1);
	}

	@Test
	void comparingWithSubjectsTakesSteps() {
		List<DiscoveredEndpoint> endpoints = IntStream.range(0, 2000)
			.mapToObj((i) -> "/a/" + i + "/{x}")
			.map(OpenApiBudgetTests::endpoint)
			.toList();
		ToldEndpoints told = new ToldEndpoints(List.of(new DiscoveredService("a", "ID", "1.0.0", Map.of(), endpoints)),
				SUBJECTS);
		CopyBudget steps = new CopyBudget(0, 1);
		assertThat(told.include("GET", "/a/7/x", steps)).isTrue();
		assertThat(told.include("GET", "/b/7/x", steps)).isFalse();
		assertThat(steps.spent()).isEqualTo(4000);
		assertThat(told.include("GET", "/a/7/{y}", steps)).isTrue();
		assertThat(steps.spent()).isEqualTo(4000);
	}

	@Test
	void pathsOfManyVariablesAndRoutesOfManyMediaTypesAreBounded() {
		String many = "/a" + "/{x}".repeat(200);
		String types = String.join(",", IntStream.range(0, 5000).mapToObj((i) -> "a/b" + i).toList());
		ToldEndpoints told = new ToldEndpoints(List.of(new DiscoveredService("a", "ID", "1.0.0", Map.of(),
				List.of(endpoint(many), endpoint("/b/**"), new DiscoveredEndpoint(endpoint("/c").subject(),
						Map.of("method", "GET", "path", "/c", "produces", types))))),
				SUBJECTS);
		assertThat(told.routes()).extracting(ToldEndpoints.Route::pattern).containsExactly("/b/**", "/c");
		CopyBudget steps = new CopyBudget(0, 1);
		assertThat(told.include("GET", "/b/{x}", steps)).isTrue();
		assertThat(told.include("GET", "/b" + "/{x}".repeat(200), steps)).isFalse();
		assertThat(PlainOperation.of(List.copyOf(told.routes()).get(1)).at("/responses/default/content"))
			.hasSizeLessThanOrEqualTo(16);
	}

	@Test
	void operationsOfOneIdGetNamesWithoutTryingAll() {
		JsonNode document = one(view(service("a", paths(2000),
				"{'openapi':'3.1.0','paths':{" + joined(2000, "'/a/#N':{'get':{'operationId':'same'}}") + "}}")), "a");
		assertThat(document.findValuesAsString("operationId")).doesNotHaveDuplicates()
			.hasSize(2000)
			.contains("same", "a_same", "a_same_2", "a_same_1999");
	}

}
