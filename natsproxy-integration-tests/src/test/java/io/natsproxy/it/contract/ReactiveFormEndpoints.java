package io.natsproxy.it.contract;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.codec.multipart.FilePart;
import org.springframework.http.codec.multipart.FormFieldPart;
import org.springframework.http.codec.multipart.Part;
import org.springframework.http.codec.multipart.PartEvent;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.server.ServerWebExchange;

/**
 * Handler methods that read forms, in all ways.
 */
@RequestMapping("/forms")
abstract class ReactiveFormEndpoints {

	@PostMapping("/fields")
	Mono<Map<String, List<String>>> fields(ServerWebExchange exchange) {
		return exchange.getFormData().map(Function.identity());
	}

	@PostMapping("/file")
	String file(@RequestPart FilePart file) {
		return file.filename();
	}

	@PostMapping("/file-mono")
	Mono<String> fileMono(@RequestPart("file") Mono<FilePart> upload) {
		return upload.map(FilePart::filename);
	}

	@PostMapping("/files")
	Mono<List<String>> files(@RequestPart("file") Flux<FilePart> files) {
		return files.map(FilePart::filename).collectList();
	}

	@PostMapping("/file-list")
	List<String> fileList(@RequestPart("file") List<FilePart> files) {
		return files.stream().map(FilePart::filename).toList();
	}

	@PostMapping("/field")
	String field(FormFieldPart field) {
		return field.value();
	}

	@PostMapping("/text")
	String text(@RequestPart String file) {
		return file;
	}

	@PostMapping("/object")
	String object(@ModelAttribute Upload upload) {
		return upload.file().filename();
	}

	@PostMapping("/parts")
	Mono<List<String>> parts(@RequestBody Flux<Part> parts) {
		return parts.map(Part::name).collectList();
	}

	@PostMapping("/events")
	Mono<List<String>> events(@RequestBody Flux<PartEvent> events) {
		return events.map((event) -> {
			DataBufferUtils.release(event.content());
			return event.name();
		}).distinct().collectList();
	}

	/**
	 * A form as an object.
	 */
	record Upload(FilePart file) {

	}

}
