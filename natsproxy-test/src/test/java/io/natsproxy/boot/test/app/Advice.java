package io.natsproxy.boot.test.app;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;

/**
 * Answers what is wrong.
 */
@ControllerAdvice
class Advice {

	@ExceptionHandler
	ResponseEntity<String> handle(IllegalArgumentException ex) {
		return ResponseEntity.status(HttpStatus.CONFLICT).body(String.valueOf(ex.getMessage()));
	}

}
