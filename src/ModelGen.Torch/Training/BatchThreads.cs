using System.Runtime.ExceptionServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Training;

/// <summary>
/// Threads that compute the parts of a batch in parallel, each with its share of the cores. libtorch's own threads share each operation and
/// wait for each other at its end; threads that each have a part of the batch wait once.
/// </summary>
internal sealed class BatchThreads : IDisposable
{
    private readonly Thread[] _threads;
    private readonly SemaphoreSlim[] _begun;
    private readonly CountdownEvent _running;
    private readonly Exception?[] _failures;
    private Action<int>? _work;
    private int _each;

    /// <summary>Starts the threads; the caller's own is the first.</summary>
    /// <param name="count">The number of threads, at least 2.</param>
    public BatchThreads(int count)
    {
        Count = count;
        _begun = [.. Enumerable.Range(1, count - 1).Select(static _ => new SemaphoreSlim(0))];
        _running = new CountdownEvent(count - 1);
        _failures = new Exception?[count];
        _threads =
        [
            .. Enumerable
                .Range(1, count - 1)
                .Select(part => new Thread(() => Work(part)) { IsBackground = true, Name = $"part {part} of a batch" }),
        ];
        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>The number of threads, including the caller's.</summary>
    public int Count { get; }

    /// <summary>
    /// Runs an action for all parts in parallel, part 0 on the caller's thread. Tensors that it leaves on another thread live until the
    /// next run.
    /// </summary>
    public void Run(Action<int> work)
    {
        var all = get_num_threads();
        (_work, _each) = (work, Math.Max(1, all / Count));
        _running.Reset();
        foreach (var begun in _begun)
        {
            begun.Release();
        }

        set_num_threads(_each);
        Try(0);
        _running.Wait();
        set_num_threads(all);
        if (_failures.FirstOrDefault(static failure => failure is not null) is { } first)
        {
            Array.Clear(_failures);
            ExceptionDispatchInfo.Throw(first);
        }
    }

    /// <summary>Stops the threads and frees what they hold.</summary>
    public void Dispose()
    {
        _work = null;
        foreach (var begun in _begun)
        {
            begun.Release();
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }

        foreach (var begun in _begun)
        {
            begun.Dispose();
        }

        _running.Dispose();
    }

    private void Work(int part)
    {
        // libtorch keeps a thread count per thread, set to the process's when a thread first asks for it; so ask now, not in the middle of
        // the work. With a different count, sums are rounded differently.
        _ = get_num_threads();

        // Tensors belong to the scope of the thread that made them.
        var scope = NewDisposeScope();
        while (true)
        {
            _begun[part - 1].Wait();
            scope.Dispose();
            if (_work is null)
            {
                return;
            }

            scope = NewDisposeScope();
            set_num_threads(_each);
            Try(part);
            _running.Signal();
        }
    }

    /// <summary>An exception is kept for the caller: unhandled on another thread, it would end the process.</summary>
    private void Try(int part)
    {
        try
        {
            _work!(part);
        }
        catch (Exception exception)
        {
            _failures[part] = exception;
        }
    }
}
