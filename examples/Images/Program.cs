using System.Runtime.InteropServices;
using ModelGen;
using ModelGen.Examples.Images;

const int CannotGoOn = 1, WrongArguments = 2, Stopped = 130;

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
{
    // The second time, the signal does what it does by default: it ends the program.
    signal.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
});

var command = Arguments.Command(arguments => new PictureRun(arguments, stop.Token).Execute() ? 0 : Stopped);
var parsed = command.Parse(args);

if (parsed.Errors is [var mistake, ..] && parsed.Action is not System.CommandLine.Help.HelpAction)
{
    Console.Error.WriteLine($"error: {mistake.Message.TrimEnd('.')}. --help lists the options.");
    return WrongArguments;
}

try
{
    return parsed.Invoke(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (OperationCanceledException)
{
    return Stopped;
}
catch (Exception exception) when (exception is ModelGenException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"error: {exception.Message}");
    return CannotGoOn;
}
