using System.Runtime.InteropServices;

namespace ModelGen.Runs;

/// <summary>
/// What a program around a run does whatever it trains: Ctrl-C stops it in order, errors are sentences, and the exit code says how it went.
/// </summary>
public static class ConsoleProgram
{
    /// <summary>It did what it was asked for.</summary>
    public const int Done = 0;

    /// <summary>The data or the folder cannot be used; standard error has the sentence.</summary>
    public const int CannotGoOn = 1;

    /// <summary>The command line is wrong.</summary>
    public const int WrongArguments = 2;

    /// <summary>Ctrl-C stopped it, with everything saved.</summary>
    public const int Stopped = 130;

    /// <summary>Runs a program.</summary>
    /// <param name="program">
    /// What it does; false where it was stopped before its end. Its token is cancelled by the first Ctrl-C, or the first request of the
    /// system to end; the second ends the process at once.
    /// </param>
    /// <returns>The exit code.</returns>
    public static int Run(Func<CancellationToken, bool> program)
    {
        ArgumentNullException.ThrowIfNull(program);
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return program(stop.Token) ? Done : Stopped;
        }
        catch (OperationCanceledException)
        {
            return Stopped;
        }
        catch (Exception exception) when (exception is ModelGenException or IOException or UnauthorizedAccessException)
        {
            return Fail(exception.Message, CannotGoOn);
        }
        catch (Exception exception)
            when (OutOfMemory.Explain(exception, "make the batch or the model smaller, or take another device (--device)") is { } explained)
        {
            return Fail(explained.Message, CannotGoOn);
        }

        void Stop(PosixSignalContext signal)
        {
            // The second time, the signal does what it does by default: it ends the program.
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }

    /// <summary>Says what is wrong on standard error.</summary>
    /// <param name="message">A sentence.</param>
    /// <param name="code">The exit code.</param>
    /// <returns>The exit code.</returns>
    public static int Fail(string message, int code)
    {
        Console.Error.WriteLine($"error: {message}");
        return code;
    }
}
