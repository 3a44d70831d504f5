using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using ModelGen.Native;
using ModelGen.Native.Convolutions;
using ModelGen.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Cli.Verbs;

/// <summary><c>modelgen doctor</c>: whether models can be run here, and where.</summary>
internal static class DoctorVerb
{
    private const int Side = 1024;
    private const int NameWidth = 13;
    private const double Giga = 1e9;

    // Rows and columns of the test product: their entries are whole, and so are all sums, which float32 then holds exactly.
    private static readonly float[] Rows = [.. Enumerable.Range(0, Side).Select(static number => (float)((number % 7) - 3))];
    private static readonly float[] Columns = [.. Enumerable.Range(0, Side).Select(static number => (float)((number % 5) - 2))];

    /// <summary>Creates the verb.</summary>
    public static Command Create()
    {
        var command = new Command(
            "doctor",
            "Tells what this machine has to run models with, tries it, and says what is missing. Exit code 1 if anything is."
        );
        command.SetAction(static _ => Examine());
        return command;
    }

    private static int Examine()
    {
        Tell("modelgen", typeof(DoctorVerb).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion);
        Tell("system", $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}");
        Tell("processor", $"{Processor.Name() ?? "unknown"}, {Environment.ProcessorCount} threads");
        Tell("memory", $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Giga:F1} GB for this process");
        Tell("disk", $"{new DriveInfo(Directory.GetCurrentDirectory()).AvailableFreeSpace / Giga:F1} GB free in the current folder");
        try
        {
            Libtorch.Load();
        }
        catch (ModelGenException exception)
        {
            Tell("libtorch", $"cannot be loaded. {exception.Message}");
            return ConsoleProgram.CannotGoOn;
        }

        Tell("libtorch", $"{Libtorch.Version} with {get_num_threads()} threads, by TorchSharp {Libtorch.TorchSharpVersion}");
        Tell(
            "products",
            ProductKernels.Chosen == ProductKernel.OneDnn
                ? (FormattableString)$"by oneDNN, which is faster on this processor than libtorch's own choice"
                : $"by libtorch"
        );
        ConvolutionKernels.Choose();
        Tell("convolutions", $"{ConvolutionKernels.Notice ?? "by libtorch, which computes them right on this processor"}");

        var devices = new List<Device> { CPU };
        devices.AddRange(
            Enumerable.Range(0, cuda.is_available() ? cuda.device_count() : 0).Select(static index => new Device(DeviceType.CUDA, index))
        );
        if (mps_is_available())
        {
            devices.Add(new Device(DeviceType.MPS));
        }

        var areRight = devices.ConvertAll(Try).TrueForAll(static isRight => isRight);
        if (!cuda.is_available())
        {
            Tell(
                "cuda",
                $"none: the driver finds no device, or libtorch is its CPU build; a project uses it with a package TorchSharp-cuda-*"
            );
        }

        if (devices.Exists(static device => device.type == DeviceType.CUDA))
        {
            Tell("auto", $"is {Devices.Choose()}");
        }

        return areRight ? ConsoleProgram.Done : ConsoleProgram.CannotGoOn;
    }

    // The product of a column by a row, times another such: entry (i, j) is r_i c_j Σ_k c_k r_k.
    private static bool Try(Device device)
    {
        try
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            var left = outer(tensor(Rows), tensor(Columns)).to(device);
            var right = outer(tensor(Rows), tensor(Columns)).to(device);
            var inner = Rows.Zip(Columns, static (row, column) => row * column).Sum();
            var found = left.matmul(right).cpu().data<float>().ToArray();
            for (var i = 0; i < Side; i++)
            {
                for (var j = 0; j < Side; j++)
                {
                    if (found[(i * Side) + j] != Rows[i] * Columns[j] * inner)
                    {
                        Tell($"{device}", $"multiplies matrices wrongly: entry ({i}, {j}) of the product; do not train there");
                        return false;
                    }
                }
            }

            Tell($"{device}", $"multiplies matrices right, at {Speed(left, right):F0} GFLOP/s in float32");
            return true;
        }
        catch (ExternalException exception)
        {
            Tell($"{device}", $"cannot be used: {exception.Message.Split('\n')[0]}");
            return false;
        }
    }

    // The best of several: the first ones wake the device up.
    private static double Speed(Tensor left, Tensor right)
    {
        var best = TimeSpan.MaxValue;
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var begun = Stopwatch.GetTimestamp();
            using var product = left.matmul(right);
            using var corner = product[0, 0].cpu();
            var taken = Stopwatch.GetElapsedTime(begun);
            best = taken < best ? taken : best;
        }

        return 2.0 * Side * Side * Side / best.TotalSeconds / Giga;
    }

    private static void Tell(string what, FormattableString found) => Tell(what, found.ToString(CultureInfo.InvariantCulture));

    private static void Tell(string what, string found) => Console.WriteLine($"{what.PadRight(NameWidth)} {found}");
}
