namespace ModelGen.EndToEnd.Tests.Collecting;

/// <summary>
/// A thread that collects garbage without a pause until it is disposed of, as other threads of a program do now and then.
/// </summary>
internal sealed class Collector : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;

    public Collector()
    {
        _thread = new Thread(() =>
        {
            while (!_stop.IsCancellationRequested)
            {
                GC.Collect(0);
                Thread.SpinWait(20_000);
                Thread.Yield();
            }
        });
        _thread.Start();
    }

    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _stop.Dispose();
    }
}
