package io.natsproxy.benchmarks.handlers;

/**
 * The tiny answer: 20 bytes of JSON.
 *
 * @param greeting the only field
 */
public record Greeting(String greeting) {

}
