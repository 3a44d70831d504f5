using System.Diagnostics.Tracing;
using System.Runtime.CompilerServices;
using TorchSharp;

namespace ModelGen.EndToEnd.Tests.Collecting;

/// <summary>
/// Counts the scalars and generators that collections free, as the runtime tells of each. Nobody has disposed of these, so that a
/// collection could have freed them while libtorch read them, whether it has or not.
/// </summary>
internal sealed class FinalizedTemporaries : EventListener
{
    private const EventKeywords Collections = (EventKeywords)1;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _marks = new(0);
    private int _count;

    /// <summary>Collects what there is, and gives the number of those freed so far.</summary>
    public int Count()
    {
        AwaitMark();
        return _count;
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
        {
            EnableEvents(eventSource, EventLevel.Verbose, Collections);
        }
    }

    // The runtime's events come one after another, some time after they happened.
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName != "FinalizeObject")
        {
            return;
        }

        var type = eventData.Payload![0];
        if (typeof(Scalar).TypeHandle.Value.Equals(type) || typeof(torch.Generator).TypeHandle.Value.Equals(type))
        {
            Interlocked.Increment(ref _count);
        }
        else if (typeof(Mark).TypeHandle.Value.Equals(type))
        {
            _marks.Release();
        }
    }

    // A mark that is left while the runtime only begins to tell is not told of. One collection frees objects in no particular order, so
    // that the mark is left only after the one that frees what is counted.
    private void AwaitMark()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        for (var attempt = 0; attempt < 30; attempt++)
        {
            while (_marks.Wait(0)) { }

            Leave();
            GC.Collect();
            GC.WaitForPendingFinalizers();
            if (_marks.Wait(Patience))
            {
                return;
            }
        }

        throw new InvalidOperationException("The runtime does not tell of finalized objects.");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Leave() => GC.KeepAlive(new Mark());

    private sealed class Mark
    {
        ~Mark() { }
    }
}
