using System.Diagnostics;

namespace SpotifyClientCredentials.Soak;

/// <summary>The resources of the process after a full garbage collection.</summary>
/// <param name="Heap">Bytes of live objects.</param>
/// <param name="WorkingSet">Bytes of physical memory.</param>
/// <param name="Handles">Open handles; file descriptors on Linux.</param>
internal sealed record Resources(long Heap, long WorkingSet, int Handles)
{
    private const long MaxHeapGrowth = 8 << 20;

    // Each caller may have a connection in the current handler and in the one before it, and this process holds both ends.
    private const int MaxHandleGrowth = 4 * SoakSettings.Callers;

    public static Resources Measure()
    {
        for (int round = 0; round < 3; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        using Process process = Process.GetCurrentProcess();
        return new Resources(GC.GetTotalMemory(forceFullCollection: true), process.WorkingSet64, process.HandleCount);
    }

    public bool HasLeakedSince(Resources start) => Heap > start.Heap + MaxHeapGrowth || Handles > start.Handles + MaxHandleGrowth;

    public override string ToString() => FormattableString.Invariant($"{Heap / 1048576.0:0.0} MB heap, {WorkingSet / 1048576.0:0} MB working set, {Handles} handles");
}
