namespace ModelGen.Native.Convolutions;
internal static class ConvolutionKernels { static ConvolutionOperators? _o; public static void Check() { if (Environment.GetEnvironmentVariable("MODELGEN_CONVOLUTIONS")=="unfolded") _o = new(); } }
