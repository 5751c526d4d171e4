package io.natsproxy.client.openapi;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DeferredImportSelector;
import org.springframework.context.annotation.Import;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Imports those configurations of springdoc that need no web server, by their names: most
 * are about classes that are not there.
 */
class SpringdocImport implements DeferredImportSelector {

	private static final String CORE = "org.springdoc.core.";

	private static final String WEB_SERVER = "WebServerConfiguration";

	@Override
	public String[] selectImports(AnnotationMetadata importingClassMetadata) {
		return ImportCandidates.load(AutoConfiguration.class, SpringdocImport.class.getClassLoader())
			.getCandidates()
			.stream()
			.filter((name) -> name.startsWith(CORE) && !name.contains(WEB_SERVER))
			.toArray(String[]::new);
	}

	/**
	 * The configuration of the context of springdoc.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties
	@Import(SpringdocImport.class)
	static class SpringdocContextConfiguration {

	}

}
