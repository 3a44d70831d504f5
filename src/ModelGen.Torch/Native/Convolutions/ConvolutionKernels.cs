using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Native.Convolutions;

/// <summary>
/// Chooses the implementation of convolutions on the CPU. On some processors, including those of virtual machines that hide their caches,
/// libtorch 2.10 returns wrong values and NaN. Its convolutions are therefore tested on a few small inputs before a model that uses them
/// computes anything, and if they are wrong, ModelGen replaces them for the whole process: in generated code, TorchSharp modules and
/// TorchScript alike, including all derivatives.
/// </summary>
/// <remarks>
/// ModelGen's models choose automatically, each for the kinds of convolution that it contains: if a later model's kind is the first found
/// wrong, ModelGen takes over for earlier models too. A program that only has its own convolutions calls <see cref="Choose()"/> first. If
/// set, the environment variable <c>MODELGEN_CONVOLUTIONS</c> overrides the choice: <c>libtorch</c> or <c>unfolded</c>.
/// </remarks>
public static class ConvolutionKernels
{
    /// <summary>The environment variable that overrides the choice.</summary>
    public const string Variable = "MODELGEN_CONVOLUTIONS";

    private static readonly Lock Changing = new();
    private static readonly HashSet<ConvolutionKind> Tried = [];

    private static ConvolutionOperators? _operators;
    private static bool _isForced;

    /// <summary>The implementation chosen; null before the first choice.</summary>
    public static ConvolutionKernel? Chosen { get; private set; }

    /// <summary>
    /// A notice for the user, a sentence without its full stop; null if libtorch computes convolutions or no choice has been made.
    /// </summary>
    public static string? Notice { get; private set; }

    /// <summary>Tests all untested kinds of convolution, and chooses. Takes a few milliseconds per kind, once per process.</summary>
    /// <returns>The implementation used from now on.</returns>
    /// <exception cref="ModelGenException">libtorch cannot be loaded, or the environment variable has another value.</exception>
    public static ConvolutionKernel Choose() => Choose(ConvolutionKind.All);

    /// <summary>Chooses for the convolutions in a module; tests nothing if it has none.</summary>
    internal static void ChooseFor(nn.Module module)
    {
        var kinds = Kinds(module);
        if (kinds.Count > 0)
        {
            Choose(kinds);
        }
    }

    /// <summary>The implementation of a model's convolutions; null if it has none or is not on the CPU.</summary>
    internal static ConvolutionKernel? Of(nn.Module model, Device device) =>
        device.type == TorchSharp.DeviceType.CPU && Kinds(model) is { Count: > 0 } kinds ? Choose(kinds) : null;

    /// <summary>Clears the choice until the result is disposed, so that the next use chooses again.</summary>
    internal static IDisposable Forget()
    {
        lock (Changing)
        {
            var before = new Forced(Chosen, Notice, _isForced);
            Set(ConvolutionKernel.Libtorch);
            (Chosen, Notice, _isForced) = (null, null, false);
            Tried.Clear();
            return before;
        }
    }

    /// <summary>Forces an implementation, whatever the processor, until the result is disposed.</summary>
    internal static IDisposable Force(ConvolutionKernel kernel)
    {
        lock (Changing)
        {
            var before = new Forced(Chosen, Notice, _isForced);
            Set(kernel);
            (Notice, _isForced) = (null, true);
            return before;
        }
    }

    /// <summary>Tests the given kinds that are untested, and chooses.</summary>
    internal static ConvolutionKernel Choose(IReadOnlyList<ConvolutionKind> kinds)
    {
        lock (Changing)
        {
            Libtorch.Load();
            if (Chosen is null)
            {
                Nnpack.DisableWhereUnavailable();
                if (Asked() is { } asked)
                {
                    _isForced = true;
                    return Set(asked);
                }
            }

            return _isForced || Chosen == ConvolutionKernel.Unfolded ? Chosen!.Value : Set(Try(kinds));
        }
    }

    private static List<ConvolutionKind> Kinds(nn.Module module) =>
        [.. module.modules().Prepend(module).OfType<Convolution>().Select(ConvolutionKind.Of).Distinct()];

    private static ConvolutionKernel? Asked()
    {
        switch (Environment.GetEnvironmentVariable(Variable))
        {
            case null or "":
                return null;
            case "libtorch":
                return ConvolutionKernel.Libtorch;
            case "unfolded":
                Notice = $"convolutions are computed by ModelGen, as {Variable} requests";
                return ConvolutionKernel.Unfolded;
            case { } other:
                throw new ModelGenException(
                    $"The environment variable {Variable} is '{other}'; set it to 'libtorch' or 'unfolded', or leave it unset "
                        + "to have ModelGen test libtorch's convolutions and choose."
                );
        }
    }

    private static ConvolutionKernel Try(IReadOnlyList<ConvolutionKind> kinds)
    {
        foreach (var kind in kinds)
        {
            if (Tried.Contains(kind))
            {
                continue;
            }

            var fault = ConvolutionSelfTest.Fault(kind);
            Tried.Add(kind);
            if (fault is null)
            {
                continue;
            }

            Notice =
                $"on this processor libtorch {Libtorch.Version} computes convolutions incorrectly ({fault}), so ModelGen does it instead";
            return ConvolutionKernel.Unfolded;
        }

        return ConvolutionKernel.Libtorch;
    }

    private static ConvolutionKernel Set(ConvolutionKernel kernel)
    {
        if (kernel == ConvolutionKernel.Libtorch)
        {
            _operators?.Dispose();
            _operators = null;
        }
        else
        {
            _operators ??= new ConvolutionOperators();
        }

        Chosen = kernel;
        return kernel;
    }

    private sealed class Forced(ConvolutionKernel? chosen, string? notice, bool isForced) : IDisposable
    {
        public void Dispose()
        {
            lock (Changing)
            {
                Set(chosen ?? ConvolutionKernel.Libtorch);
                (Chosen, Notice, _isForced) = (chosen, notice, isForced);
            }
        }
    }
}
