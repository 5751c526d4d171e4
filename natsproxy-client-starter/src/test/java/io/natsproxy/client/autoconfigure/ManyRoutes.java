package io.natsproxy.client.autoconfigure;

import java.lang.invoke.MethodHandles;

import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;

import org.springframework.asm.AnnotationVisitor;
import org.springframework.asm.ClassWriter;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.Type;

/**
 * Makes a controller with as many routes as wanted, which nobody would like to read.
 */
final class ManyRoutes {

	private ManyRoutes() {
	}

	/**
	 * Makes a controller of which method number n answers GET {@code /things<n>/{id}}
	 * with the text {@code n}.
	 */
	static Class<?> controller(int routes) throws IllegalAccessException {
		ClassWriter type = new ClassWriter(ClassWriter.COMPUTE_MAXS);
		type.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, Type.getInternalName(ManyRoutes.class) + "Controller" + routes,
				null, "java/lang/Object", null);
		type.visitAnnotation(Type.getDescriptor(NatsController.class), true).visitEnd();
		MethodVisitor constructor = type.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "()V", null, null);
		constructor.visitVarInsn(Opcodes.ALOAD, 0);
		constructor.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
		constructor.visitInsn(Opcodes.RETURN);
		constructor.visitMaxs(0, 0);
		for (int i = 0; i < routes; i++) {
			MethodVisitor method = type.visitMethod(Opcodes.ACC_PUBLIC, "thing" + i, "()Ljava/lang/String;", null,
					null);
			AnnotationVisitor path = method.visitAnnotation(Type.getDescriptor(NatsGet.class), true)
				.visitArray("value");
			path.visit(null, "/things" + i + "/{id}");
			path.visitEnd();
			method.visitLdcInsn(Integer.toString(i));
			method.visitInsn(Opcodes.ARETURN);
			method.visitMaxs(0, 0);
		}
		return MethodHandles.lookup().defineClass(type.toByteArray());
	}

}
