using ModelGen.Native.Convolutions;

namespace ModelGen.EndToEnd.Tests.Convolutions;

/// <summary>
/// Has ModelGen compute convolutions, as on a processor where libtorch's are wrong, in this process and in those that it starts.
/// </summary>
public sealed class UnfoldedConvolutions : IDisposable
{
    private readonly string? _before = Environment.GetEnvironmentVariable(ConvolutionKernels.Variable);
    private readonly IDisposable _forced = ConvolutionKernels.Force(ConvolutionKernel.Unfolded);

    public UnfoldedConvolutions() => Environment.SetEnvironmentVariable(ConvolutionKernels.Variable, "unfolded");

    public void Dispose()
    {
        _forced.Dispose();
        Environment.SetEnvironmentVariable(ConvolutionKernels.Variable, _before);
    }
}
