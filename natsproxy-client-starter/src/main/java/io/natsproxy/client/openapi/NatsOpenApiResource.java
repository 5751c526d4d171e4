package io.natsproxy.client.openapi;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.natsproxy.webflux.server.NatsHandler;
import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.models.OpenAPI;
import org.springdoc.core.customizers.OpenApiBuilderCustomizer;
import org.springdoc.core.customizers.ServerBaseUrlCustomizer;
import org.springdoc.core.customizers.SpringDocCustomizers;
import org.springdoc.core.discoverer.SpringDocParameterNameDiscoverer;
import org.springdoc.core.extractor.MethodParameterPojoExtractor;
import org.springdoc.core.properties.SpringDocConfigProperties;
import org.springdoc.core.providers.JavadocProvider;
import org.springdoc.core.providers.ObjectMapperProvider;
import org.springdoc.core.providers.RepositoryRestResourceProvider;
import org.springdoc.core.providers.RouterFunctionProvider;
import org.springdoc.core.providers.SecurityOAuth2Provider;
import org.springdoc.core.providers.SpringDocProviders;
import org.springdoc.core.service.GenericParameterService;
import org.springdoc.core.service.GenericResponseService;
import org.springdoc.core.service.OpenAPIService;
import org.springdoc.core.service.OperationService;
import org.springdoc.core.service.RequestBodyService;
import org.springdoc.core.service.SecurityService;
import org.springdoc.core.utils.PropertyResolverUtils;
import org.springdoc.webflux.api.OpenApiResource;
import org.springdoc.webflux.core.service.RequestService;
import org.springdoc.webflux.core.visitor.RouterFunctionVisitor;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.method.HandlerMethod;

/**
 * Springdoc's maker of documents, of the handlers of a service and without a request.
 */
class NatsOpenApiResource extends OpenApiResource {

	private final NatsHandler handler;

	/**
	 * Creates the object.
	 * @param springdoc has the beans of springdoc
	 * @param application the context of the application, in which springdoc looks for
	 * beans with annotations
	 */
	NatsOpenApiResource(ListableBeanFactory springdoc, ApplicationContext application, NatsHandler handler) {
		super(() -> openApiService(springdoc, application), requests(springdoc), responses(springdoc, application),
				springdoc.getBean(OperationService.class), springdoc.getBean(SpringDocConfigProperties.class),
				providers(springdoc, application, handler), springdoc.getBean(SpringDocCustomizers.class));
		this.handler = handler;
	}

	/**
	 * Springdoc's service keeps the document that it makes: one of its own.
	 */
	private static OpenAPIService openApiService(ListableBeanFactory springdoc, ApplicationContext application) {
		OpenAPIService service = new OpenAPIService(
				Optional.ofNullable(springdoc.getBeanProvider(OpenAPI.class).getIfAvailable()),
				springdoc.getBean(SecurityService.class), springdoc.getBean(SpringDocConfigProperties.class),
				springdoc.getBean(PropertyResolverUtils.class), all(springdoc, OpenApiBuilderCustomizer.class),
				all(springdoc, ServerBaseUrlCustomizer.class),
				Optional.ofNullable(springdoc.getBeanProvider(JavadocProvider.class).getIfAvailable()));
		service.setApplicationContext(application);
		return service;
	}

	private static <T> Optional<List<T>> all(ListableBeanFactory springdoc, Class<T> type) {
		return Optional.of(springdoc.getBeanProvider(type).orderedStream().toList());
	}

	private static RequestService requests(ListableBeanFactory springdoc) {
		return new RequestService(springdoc.getBean(GenericParameterService.class),
				springdoc.getBean(RequestBodyService.class), springdoc.getBean(SpringDocCustomizers.class),
				springdoc.getBean(SpringDocParameterNameDiscoverer.class),
				springdoc.getBean(MethodParameterPojoExtractor.class));
	}

	private static GenericResponseService responses(ListableBeanFactory springdoc, ApplicationContext application) {
		GenericResponseService service = new GenericResponseService(springdoc.getBean(OperationService.class),
				springdoc.getBean(SpringDocConfigProperties.class), springdoc.getBean(PropertyResolverUtils.class));
		service.setApplicationContext(application);
		return service;
	}

	private static SpringDocProviders providers(ListableBeanFactory springdoc, ApplicationContext application,
			NatsHandler handler) {
		return new SpringDocProviders(Optional.empty(), Optional.empty(),
				Optional.ofNullable(springdoc.getBeanProvider(SecurityOAuth2Provider.class).getIfAvailable()),
				Optional.ofNullable(springdoc.getBeanProvider(RepositoryRestResourceProvider.class).getIfAvailable()),
				Optional.ofNullable(springdoc.getBeanProvider(RouterFunctionProvider.class).getIfAvailable()),
				Optional.of(new NatsWebProvider(application, handler)), springdoc.getBean(ObjectMapperProvider.class));
	}

	/**
	 * Makes the document.
	 * @return the document as JSON
	 */
	byte[] document() {
		try {
			return writeJsonValue(getOpenApi(null, Locale.getDefault()));
		}
		catch (JsonProcessingException ex) {
			throw new IllegalStateException("The document of springdoc cannot be written", ex);
		}
	}

	/**
	 * All methods of the provider are those of controllers.
	 */
	@Override
	protected boolean isRestController(Map<String, Object> restControllers, HandlerMethod handlerMethod,
			String operationPath) {
		return operationPath.startsWith("/") && !isHiddenRestControllers(handlerMethod.getBeanType())
				&& !AnnotatedElementUtils.hasAnnotation(handlerMethod.getBeanType(), Hidden.class);
	}

	@Override
	protected void getWebFluxRouterFunctionPaths(Locale locale, OpenAPI openAPI) {
		this.handler.handlers().functions().forEach((name, function) -> {
			RouterFunctionVisitor visitor = new RouterFunctionVisitor();
			function.accept(visitor);
			getRouterFunctionPaths(name, visitor, locale, openAPI);
		});
		if (this.handler.handlers().exposed() != null) {
			super.getWebFluxRouterFunctionPaths(locale, openAPI);
		}
	}

	@Override
	protected String getServerUrl(ServerHttpRequest serverHttpRequest, String apiDocsUrl) {
		throw new IllegalStateException("A document is made without a request");
	}

}
