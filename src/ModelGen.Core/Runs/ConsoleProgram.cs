using System.Runtime.InteropServices;

namespace ModelGen.Runs;

/// <summary>Runs a training program: Ctrl-C stops it cleanly, errors are single sentences, and the exit code reports the outcome.</summary>
public static class ConsoleProgram
{
    /// <summary>The program finished.</summary>
    public const int Done = 0;

    /// <summary>The data or the folder cannot be used; standard error says why.</summary>
    public const int CannotGoOn = 1;

    /// <summary>The command line is wrong.</summary>
    public const int WrongArguments = 2;

    /// <summary>Ctrl-C stopped the program, with everything saved.</summary>
    public const int Stopped = 130;

    /// <summary>Runs a program.</summary>
    /// <param name="program">
    /// The program; false if it was stopped early. Its token is cancelled by the first Ctrl-C or SIGTERM; the second ends the process at
    /// once.
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
            when (OutOfMemory.Explain(exception, "make the batch or the model smaller, or use another device") is { } explained)
        {
            return Fail(explained.Message, CannotGoOn);
        }
        catch (ExternalException exception)
        {
            // libtorch's own text goes on with where in its source it was.
            return Fail($"libtorch cannot go on: {exception.Message.Split('\n')[0]}", CannotGoOn);
        }

        void Stop(PosixSignalContext signal)
        {
            // The second signal has its default effect: it ends the process.
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }

    /// <summary>Writes an error to standard error.</summary>
    /// <param name="message">A sentence.</param>
    /// <param name="code">The exit code.</param>
    /// <returns>The exit code.</returns>
    public static int Fail(string message, int code)
    {
        Console.Error.WriteLine($"error: {message}");
        return code;
    }
}
