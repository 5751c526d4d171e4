package io.natsproxy.gateway.openapi;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import io.natsproxy.core.discovery.DiscoveredEndpoint;
import io.natsproxy.core.discovery.DiscoveredService;
import io.natsproxy.core.subject.RouteSubjects;
import io.natsproxy.core.subject.SubjectCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class OpenApiViewTests {

	private static final RouteSubjects SUBJECTS = new RouteSubjects(new SubjectCodec("shop"));

	private static DiscoveredEndpoint endpoint(String route) {
		String[] parts = route.split(" ", 2);
		String subject = "";
		for (String each : SUBJECTS.covering(List.of(parts[0]), parts[1])) {
			subject = each;
		}
		return new DiscoveredEndpoint(subject, Map.of("method", parts[0], "path", parts[1]));
	}

	private static ServiceOperations service(String name, List<DiscoveredEndpoint> endpoints, String document) {
		DiscoveredService instance = new DiscoveredService(name, "ID", "1.0.0", Map.of(), endpoints);
		return new ServiceOperations(new ServiceContent(name, "1.0.0", new ToldEndpoints(List.of(instance), SUBJECTS),
				(document != null) ? DocumentParser.parse(document.getBytes(StandardCharsets.UTF_8)) : null));
	}

	/**
	 * Makes a service with routes and a document, whose apostrophes stand for quotation
	 * marks.
	 */
	private static ServiceOperations service(String name, String routes, String paths, String rest) {
		return service(name, Arrays.stream(routes.split(", ")).map(OpenApiViewTests::endpoint).toList(),
				("{'openapi':'3.1.0','paths':{" + paths + "}" + rest + "}").replace('\'', '"'));
	}

	private static JsonNode merge(ServiceOperations... services) {
		return JsonMapper.shared().readTree(Views.text(Views.of(List.of(services)).all(), "/"));
	}

	private static JsonNode operation(JsonNode document, String path, String method) {
		return document.path("paths").path(path).path(method);
	}

	@Test
	void onlyOperationsThatTheServiceListensForAreShown() {
		ServiceOperations service = service("a", "GET /a/{id}, POST /files/**", """
				'/a/{key}':{'get':{'operationId':'mine'},'delete':{'operationId':'not told'}},
				'/orders':{'get':{'operationId':'of another'}},
				'/files/x/{y}':{'post':{'operationId':'within'},'get':{'operationId':'other method'}},
				'/filesystem':{'post':{'operationId':'beside'}},'no path':{'get':{}},'/a/\\u0000':{'get':{}}""", "");
		JsonNode document = merge(service);
		assertThat(document.path("paths").propertyNames()).containsExactly("/a/{key}", "/files/x/{y}");
		assertThat(document.findValuesAsString("operationId")).containsExactlyInAnyOrder("mine", "within");
		new DocumentMerge().add(service);
		assertThat(service.left()).isEqualTo(6);
		assertThat(operation(document, "/a/{key}", "get").path("x-natsproxy-service").asString()).isEqualTo("a");
	}

	@Test
	void whatLeadsElsewhereIsLeftOutButNotPropertiesOfThatName() {
		JsonNode document = merge(service("a", "GET /a", """
				'/a':{'servers':[{'url':'https://evil'}],'get':{'servers':[{'url':'https://evil'}],
				'callbacks':{'c':{'https://evil':{}}},'externalDocs':{'url':'https://evil'},'x-evil':'https://evil',
				'parameters':[{'name':'q','in':'query','examples':{'e':{'externalValue':'https://evil','value':1}}}],
				'responses':{'200':{'description':'d','links':{'l':{'operationRef':'https://evil'}},'content':{
				'application/json':{'schema':{'type':'object','$id':'https://evil',
				'properties':{'servers':{'type':'string'},'x-mine':{'type':'string'},'links':true}}}}}}}}""", ""));
		assertThat(document.toString()).doesNotContain("evil");
		assertThat(
				document.at("/paths/~1a/get/responses/200/content/application~1json/schema/properties").propertyNames())
			.containsExactly("servers", "x-mine", "links");
		assertThat(document.at("/servers/0/url").asString()).isEqualTo("/");
	}

	@ParameterizedTest
	@ValueSource(strings = { "'requestBody':{'$ref':'https://evil/x'}", "'parameters':'none'", "'responses':[]",
			"'tags':[{}]", "'parameters':[{'$ref':'#/components/parameters/Missing'}]",
			"'parameters':[{'name':'q','in':'nowhere'}]", "'parameters':[{'in':'query'}]",
			"'responses':{'200':{'content':{'a/b':{'schema':{'$ref':'#/components/schemas/Missing'}}}}}",
			"'responses':{'200':{'content':{'a/b':{'schema':{'$ref':'#/components/schemas/Broken'}}}}}",
			"'responses':{'200':{'content':{'a/b':{'schema':{'$ref':'#/components/schemas/OfBroken'}}}}}",
			"'responses':{'200':{'content':{'a/b':{'schema':{'$ref':'#/paths/~1a'}}}}}",
			"'responses':{'200':{'content':{'a/b':{'schema':{'$ref':'#/components/schemas/../schemas/Fine'}}}}}",
			"'parameters':[{'$ref':'#/components/parameters/Loop'}]", "'security':[{'missing':[]}]",
			"'security':[{'basic':'scope'}]", "'security':['basic']", "'security':{'basic':[]}",
			"'security':[{'basic':[]},7]", "'security':[{'a b':[]}]", "'security':[{'basic':[7]}]",
			"'responses':{'200':{'content':{'a/b':{'schema':{'$ref':'#/components/schemas/Self'}}}}}",
			"'responses':{'200':{'content':{'a/b':{'schema':{'$ref':'#/components/schemas/There'}}}}}",
			"'responses':{'200':{'content':{'a/b':{'schema':{'$ref':'#/components/schemas/ToSelf'}}}}}",
			"'deprecated':'yes'", "'security':[{'odd':[]}]", "'parameters':[{'name':'q','in':'query','style':'none'}]",
			"'parameters':[{'name':'q','in':'query','schema':{'type':{'a':1}}}]",
			"'parameters':[{'name':'q','in':'query','schema':{'required':true}}]", "'summary':{'a':1}" })
	void brokenOperationIsDescribedByItsRoute(String fault) {
		ServiceOperations service = service("a", "GET /a/{id}, GET /b",
				"'/a/{id}':{'get':{'summary':'Broken'," + fault + "}},'/b':{'get':{'summary':'Fine'}}",
				"""
						,'components':{'schemas':{'Broken':{'properties':7},'Fine':{},
						'Self':{'$ref':'#/components/schemas/Self'},'ToSelf':{'$ref':'#/components/schemas/Self'},
						'There':{'$ref':'#/components/schemas/Back'},'Back':{'$ref':'#/components/schemas/There'},
						'OfBroken':{'items':{'$ref':'#/components/schemas/Broken'}}},
						'parameters':{'Loop':{'$ref':'#/components/parameters/Loop'}},
						'securitySchemes':{'basic':{'type':'http','scheme':'basic'},'odd':{'type':'odd'},'a b':{'type':'http','scheme':'basic'}}}""");
		JsonNode document = merge(service);
		new DocumentMerge().add(service);
		assertThat(service.broken()).isEqualTo(1);
		JsonNode plain = operation(document, "/a/{id}", "get");
		assertThat(plain.path("summary").asString("")).isNotEqualTo("Broken");
		assertThat(plain.at("/parameters/0/name").asString()).isEqualTo("id");
		assertThat(plain.at("/responses/default/description").isString()).isTrue();
		assertThat(operation(document, "/b", "get").path("summary").asString()).isEqualTo("Fine");
		assertThat(document.has("components")).isFalse();
	}

	@Test
	void componentsOfOneNameAreSharedIfTheyAreTheSameAndRenamedIfNot() {
		String paths = "'/%s':{'get':{'operationId':'find','responses':{'200':{'content':{'application/json':{'schema':"
				+ "{'$ref':'#/components/schemas/Order'}}}}}}}";
		String order = "'Order':{'properties':{'line':{'$ref':'#/components/schemas/Line'},"
				+ "'self':{'$ref':'#/components/schemas/Order'}}}";
		String components = ",'components':{'schemas':{" + order + ",'Line':{'type':'%s'},'Unused':{}}}";
		JsonNode document = merge(service("a", "GET /a", paths.formatted("a"), components.formatted("string")),
				service("b", "GET /b", paths.formatted("b"), components.formatted("string")),
				service("c", "GET /c", paths.formatted("c"), components.formatted("integer")));
		assertThat(document.at("/components/schemas").propertyNames()).containsExactlyInAnyOrder("Order", "Line",
				"c.Order", "c.Line");
		assertThat(document.at("/components/schemas/c.Order/properties/line/$ref").asString())
			.isEqualTo("#/components/schemas/c.Line");
		assertThat(document.at("/components/schemas/c.Order/properties/self/$ref").asString())
			.isEqualTo("#/components/schemas/c.Order");
		assertThat(document.findValuesAsString("operationId")).containsExactlyInAnyOrder("find", "b_find", "c_find");
		assertThat(document.path("x-natsproxy-conflicts")).hasSize(4);
	}

	@Test
	void discriminatorsAndSecuritySchemesAreRenamedToo() {
		String paths = "'/%s':{'get':{'responses':{'200':{'content':{'application/json':{'schema':"
				+ "{'$ref':'#/components/schemas/Pet'}}}}}}}";
		String components = ",'security':[{'key':['s']}],'components':{'securitySchemes':{'key':{'type':'apiKey',"
				+ "'in':'header','name':'%s'}},'schemas':{'Cat':{'type':'%s'},'Pet':{'oneOf':[{'$ref':'#/components/schemas/Cat'}],"
				+ "'discriminator':{'propertyName':'kind','mapping':{'c':'#/components/schemas/Cat','d':'Cat',"
				+ "'e':'https://evil'}}}}}";
		JsonNode document = merge(service("a", "GET /a", paths.formatted("a"), components.formatted("A", "string")),
				service("b", "GET /b", paths.formatted("b"), components.formatted("B", "object")));
		assertThat(document.at("/components/schemas/b.Pet/discriminator/mapping").toString())
			.isEqualTo("{\"c\":\"#/components/schemas/b.Cat\",\"d\":\"#/components/schemas/b.Cat\"}");
		assertThat(operation(document, "/b", "get").path("security").toString()).isEqualTo("[{\"b.key\":[\"s\"]}]");
		assertThat(document.at("/components/securitySchemes/key/name").asString()).isEqualTo("A");
		assertThat(document.at("/components/securitySchemes/b.key/name").asString()).isEqualTo("B");
	}

	@Test
	void pathsThatDifferByNamesOfVariablesAreOne() {
		JsonNode document = merge(
				service("a", "GET /x/{id}/{n}", "'/x/{id}/{n}':{'get':{'parameters':[{'name':'id','in':'path'}]}}", ""),
				service("b", "POST /x/{key}/{id}, GET /x/{key}/{id}",
						"'/x/{key}/{id}':{'parameters':[{'name':'key','in':'path','schema':{'type':'integer'}}],"
								+ "'post':{'parameters':[{'name':'id','in':'path'},{'name':'gone','in':'path'}]},'get':{}}",
						""));
		assertThat(document.path("paths").propertyNames()).containsExactly("/x/{id}/{n}");
		assertThat(operation(document, "/x/{id}/{n}", "post").path("parameters").findValuesAsString("name"))
			.containsExactlyInAnyOrder("id", "n");
		assertThat(operation(document, "/x/{id}/{n}", "post").path("parameters").toString()).contains("integer");
		assertThat(operation(document, "/x/{id}/{n}", "get").path("x-natsproxy-service").asString()).isEqualTo("a");
		assertThat(document.path("x-natsproxy-conflicts").toString()).contains("answered-by");
	}

	@Test
	void routesOfOthersAreReadFromTheirSubjects() {
		List<DiscoveredEndpoint> endpoints = new ArrayList<>();
		for (String subject : List.of("shop.GET:.python.*", "shop.POST:.all.>", "shop.GET:.caf%C3%A9", "shop.GET:",
				"foo.bar", "GET:.other.prefix", "shop.PROPFIND:.a", "shop.GET:.a{b", "shop.GET:.%zz", "shop.GET:.a%2Fb",
				"", ">", "shop.>")) {
			endpoints.add(new DiscoveredEndpoint(subject, Map.of()));
		}
		// Says something else than it listens to.
		endpoints.add(new DiscoveredEndpoint("evil", Map.of("method", "GET", "path", "/orders")));
		endpoints.add(new DiscoveredEndpoint("shop.GET:.a", Map.of("method", "GET", "path", "/orders")));
		JsonNode document = merge(service("python", endpoints, null));
		assertThat(document.path("paths").propertyNames()).containsExactly("/", "/all/{rest}", "/caf%C3%A9",
				"/python/{segment}");
		assertThat(operation(document, "/all/{rest}", "post").has("requestBody")).isTrue();
	}

	@Test
	void namesWithMarkupAreEncodedOrLeftOut() {
		JsonNode document = merge(service("a", "GET /<script>alert(1)</script>, GET /b",
				"'/b':{'get':{'operationId':'<script>','tags':['<b>']}}", ""));
		assertThat(document.path("paths").propertyNames()).containsExactly("/b");
		document = merge(
				service("a", List.of(endpoint("GET /<script>alert(1)</script>"), endpoint("GET /\u202e")), null));
		assertThat(document.path("paths").propertyNames()).containsExactly("/%3Cscript%3Ealert(1)%3C/script%3E");
	}

	@Test
	void routesAreBounded() {
		List<DiscoveredEndpoint> many = IntStream.range(0, 100_000)
			.mapToObj((i) -> endpoint("GET /" + i + "/{id}"))
			.toList();
		JsonNode document = merge(service("a", many, null), service("b", List.of(endpoint("GET /b")), null));
		assertThat(document.path("paths")).hasSize(ToldEndpoints.MAX_ROUTES + 1);
		ServiceOperations[] services = IntStream.range(0, 8)
			.mapToObj((i) -> service("s" + i,
					IntStream.range(0, 2000).mapToObj((n) -> endpoint("GET /" + i + "/" + n)).toList(), null))
			.toArray(ServiceOperations[]::new);
		assertThat(merge(services).path("paths")).hasSizeLessThanOrEqualTo(OpenApiViewBuilder.MAX_OPERATIONS);
	}

	@Test
	void documentsAreReadWithinBounds() {
		for (String document : List.of("", "[]", "{", "{}", "{'openapi':'3.0.1'}", "{'openapi':'2.0'}",
				"{'openapi':'3.1.0'} x", "{'openapi':3.1}", "{'openapi':'3.1.0','a':" + "[".repeat(100_000),
				"{'openapi':'3.1.0','a':" + "[".repeat(65) + "]".repeat(65) + "}",
				"{'openapi':'3.1.0','a':'" + "x".repeat(100_000) + "'}",
				"{'openapi':'3.1.0','a':[" + "1,".repeat(600_000) + "1]}",
				"{'openapi':'3.1.0','" + "x".repeat(5000) + "':1}",
				"{'openapi':'3.1.0','a':" + "9".repeat(1000) + "}")) {
			assertThatIllegalStateException()
				.isThrownBy(() -> DocumentParser.parse(document.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
		}
	}

	@Test
	void documentOfAPathOfTheGatewaySaysSo() {
		WrittenDocument document = Views.of(List.of()).all();
		assertThat(Views.text(document, "/a\"b")).startsWith("{\"servers\":[{\"url\":\"/a\\\"b\"}],");
		assertThat(document.tag("/")).isNotEqualTo(document.tag("/a")).isEqualTo(document.tag("/"));
	}

}
