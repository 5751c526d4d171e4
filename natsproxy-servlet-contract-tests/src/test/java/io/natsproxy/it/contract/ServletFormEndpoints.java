package io.natsproxy.it.contract;

import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;

import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/**
 * Handler methods that read forms in the ways of Spring MVC.
 */
@RestController
@RequestMapping("/forms")
class ServletFormEndpoints {

	@PostMapping("/fields")
	Map<String, List<String>> fields(@RequestParam MultiValueMap<String, String> fields) {
		return new LinkedHashMap<>(fields);
	}

	@PostMapping("/file")
	String file(@RequestPart MultipartFile file) {
		return String.valueOf(file.getOriginalFilename());
	}

	/**
	 * By another type of argument, in place of a publisher.
	 */
	@PostMapping("/file-mono")
	String fileParameter(@RequestParam("file") MultipartFile upload) {
		return String.valueOf(upload.getOriginalFilename());
	}

	@PostMapping("/files")
	List<String> files(@RequestPart("file") MultipartFile[] files) {
		return Arrays.stream(files).map(MultipartFile::getOriginalFilename).toList();
	}

	@PostMapping("/file-list")
	List<String> fileList(@RequestPart("file") List<MultipartFile> files) {
		return files.stream().map(MultipartFile::getOriginalFilename).toList();
	}

	@PostMapping("/field")
	String field(@RequestParam String field) {
		return field;
	}

	@PostMapping("/text")
	String text(@RequestPart String file) {
		return file;
	}

	@PostMapping("/object")
	String object(@Valid @ModelAttribute Upload upload) {
		return (upload.file() != null) ? String.valueOf(upload.file().getOriginalFilename()) : "none";
	}

	@PostMapping("/parts")
	List<String> parts(@RequestPart("file") Collection<Part> parts) {
		return parts.stream().map(Part::getName).toList();
	}

	/**
	 * By the request itself, in place of events.
	 */
	@PostMapping("/events")
	List<String> partsOfTheRequest(HttpServletRequest request) throws IOException, ServletException {
		return request.getParts().stream().map(Part::getName).toList();
	}

	/**
	 * A form as an object.
	 */
	record Upload(@NotNull @Nullable MultipartFile file) {

	}

}
