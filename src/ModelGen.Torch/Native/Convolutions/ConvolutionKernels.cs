using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Native.Convolutions;

/// <summary>
/// Chooses who computes convolutions on the CPU. On some processors, those of virtual machines that hide their caches among them, libtorch
/// 2.10 gives wrong numbers and NaN; so its convolutions are tried on a few small inputs before a model that has any computes anything, and
/// where they are wrong ModelGen takes their place for the whole process: in generated code, in modules of TorchSharp and in TorchScript
/// alike, with every derivative.
/// </summary>
/// <remarks>
/// Models of ModelGen choose by themselves, each for the kinds of convolutions that it has: where a later model's kind is the first to be
/// wrong, ModelGen takes over under the earlier ones, too. A program with convolutions of its own alone calls <see cref="Choose()"/> first.
/// The environment variable <c>MODELGEN_CONVOLUTIONS</c> chooses instead where it is set: <c>libtorch</c> or <c>unfolded</c>.
/// </remarks>
public static class ConvolutionKernels
{
    /// <summary>The environment variable that chooses.</summary>
    public const string Variable = "MODELGEN_CONVOLUTIONS";

    private static readonly Lock Changing = new();
    private static readonly HashSet<ConvolutionKind> Tried = [];

    private static ConvolutionOperators? _operators;
    private static bool _isForced;

    /// <summary>Who computes them; null as long as nobody has had to choose.</summary>
    public static ConvolutionKernel? Chosen { get; private set; }

    /// <summary>
    /// What to tell a person, a sentence without its full stop; null where libtorch computes convolutions, or nobody has had to choose.
    /// </summary>
    public static string? Notice { get; private set; }

    /// <summary>
    /// Tries all kinds of convolutions that have not been tried, and chooses: some milliseconds for each kind, once for the process.
    /// </summary>
    /// <returns>Who computes them from now on.</returns>
    /// <exception cref="ModelGenException">libtorch cannot be loaded, or the environment variable holds something else.</exception>
    public static ConvolutionKernel Choose() => Choose(ConvolutionKind.All);

    /// <summary>Chooses for the convolutions that a module has; nothing is tried where it has none.</summary>
    internal static void ChooseFor(nn.Module module)
    {
        var kinds = Kinds(module);
        if (kinds.Count > 0)
        {
            Choose(kinds);
        }
    }

    /// <summary>Who computes a model's convolutions; null where it has none, or computes them elsewhere than on the CPU.</summary>
    internal static ConvolutionKernel? Of(nn.Module model, Device device) =>
        device.type == TorchSharp.DeviceType.CPU && Kinds(model) is { Count: > 0 } kinds ? Choose(kinds) : null;

    /// <summary>Forgets the choice until what is returned is disposed, so that the next one is made anew.</summary>
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

    /// <summary>Has them computed so, whatever the processor, until what is returned is disposed.</summary>
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

    /// <summary>Tries those of some kinds that have not been tried, and chooses.</summary>
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
                Notice = $"convolutions are computed by ModelGen, as {Variable} asks";
                return ConvolutionKernel.Unfolded;
            case { } other:
                throw new ModelGenException(
                    $"The environment variable {Variable} is '{other}'; set it to 'libtorch' or 'unfolded', or leave it out to "
                        + "have ModelGen try libtorch's convolutions and choose."
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
                $"on this processor libtorch {Libtorch.Version} computes convolutions wrongly ({fault}), so ModelGen computes them itself";
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
