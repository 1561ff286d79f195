using SpotifyClientCredentials.Cache;
using SpotifyClientCredentials.Share;

namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>
/// A fleet in steady state without a gate, in simulated time. When an instance renews is drawn by the library's own functions. A look into the
/// store sees what was there when it began, and a token is there when its writing has ended.
/// </summary>
internal sealed record Simulation
{
    public required int Instances { get; init; }

    /// <summary>Of a token.</summary>
    public required TimeSpan Life { get; init; }

    public required TimeSpan RenewalWindow { get; init; }

    /// <summary>Between two calls of one instance: renewal starts with a call.</summary>
    public required TimeSpan Pause { get; init; }

    public required TimeSpan StoreRead { get; init; }

    public required TimeSpan Fetch { get; init; }

    public required TimeSpan StoreWrite { get; init; }

    /// <summary>
    /// Token requests per life, on paper. The moments that are drawn grow denser at a rate k; while the first token is on its way to the store,
    /// for a time d, others ask too. Seen from the first, that makes exp(k·d) on average, the first included, whatever the size of the fleet;
    /// of a fleet so large that moments are dense from the window's beginning, n of them in 1/k, it makes 1 + (1 + n)·(exp(k·d) − 1).
    /// </summary>
    public double OnPaper
    {
        get
        {
            const double Late = 0.01;
            double rate = Math.Log(Density(Late) / Density(0)) / (UntilRenewal(Late) - UntilRenewal(0));
            double others = Math.Exp(rate * (StoreRead + Fetch + StoreWrite).TotalSeconds) - 1;
            return 1 + ((1 + (Instances * Density(0) / rate)) * others);
        }
    }

    private TimeSpan Window => RenewalPolicy.Window(RenewalWindow, Life);

    /// <returns>The token requests for each life.</returns>
    public IReadOnlyList<int> Run(int lives, Random random)
    {
        double entryLife = SharingPolicy.EntryLife(Life, RenewalWindow, TimeSpan.Zero).TotalSeconds;
        double[] issued = new double[Instances];
        PriorityQueue<int, double> looks = new(Instances);
        for (int instance = 0; instance < Instances; instance++)
        {
            looks.Enqueue(instance, NextLook(issued[instance], random));
        }

        List<double> requests = [];
        Queue<(double WrittenAt, double Issued)> onItsWay = [];
        double stored = double.NegativeInfinity;
        // From one token to the next there is less than a life.
        while (looks.TryDequeue(out int instance, out double now) && now < (lives + 1) * Life.TotalSeconds)
        {
            while (onItsWay.TryPeek(out (double WrittenAt, double Issued) next) && next.WrittenAt <= now)
            {
                stored = onItsWay.Dequeue().Issued;
            }

            if (stored > issued[instance] && now < stored + entryLife)
            {
                issued[instance] = stored;
            }
            else
            {
                issued[instance] = now + StoreRead.TotalSeconds;
                requests.Add(issued[instance]);
                onItsWay.Enqueue((issued[instance] + (Fetch + StoreWrite).TotalSeconds, issued[instance]));
            }

            looks.Enqueue(instance, NextLook(issued[instance], random));
        }

        return [.. Lives.Of(requests, Window).Take(lives)];
    }

    private double NextLook(double issued, Random random) =>
        issued + UntilRenewal(random.NextDouble()) + (Pause.TotalSeconds * random.NextDouble());

    /// <summary>Of the moments of one instance, at that of the given draw, per second: the inverse of how far apart neighbouring draws lie.</summary>
    private double Density(double jitter)
    {
        const double Step = 1e-6;
        return Step / (UntilRenewal(jitter + Step) - UntilRenewal(jitter));
    }

    private double UntilRenewal(double jitter) => RenewalPolicy.UntilRenewal(Life, Window, SharingPolicy.LateInHalfOfWindow(jitter)).TotalSeconds;
}
