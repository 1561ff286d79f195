using System.Diagnostics;
using System.Globalization;
using SpotifyClientCredentials.Benchmarks.Fleet;

namespace SpotifyClientCredentials.Benchmarks.Scenarios;

/// <summary>A contender in a process of its own, which the run suspends and resumes, as happens to a paused container.</summary>
internal static class SuspendedProgram
{
    public const string Command = "scenario-suspended";

    /// <summary>Starts the process and suspends it once its first token request has arrived.</summary>
    /// <returns>The number of token requests and of failed calls.</returns>
    public static async Task<double[]> RunAsync(World world, int callers, TimeSpan duration)
    {
        Access access = world.Access;
        using Child child = Child.StartSelf(
            Command, world.Contender.Name, $"{access.TokenEndpoint}", $"{access.ApiBaseAddress}", access.ClientId, access.ClientSecret, $"{callers}");
        long startedAt = Stopwatch.GetTimestamp();
        while (world.Fake.TokenRequests.Count == 0)
        {
            if (child.Process.HasExited || Stopwatch.GetElapsedTime(startedAt) > TimeSpan.FromSeconds(30))
            {
                throw new InvalidOperationException($"{world.Contender.Name} has requested no token.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }

        child.Signal("STOP");
        await Task.Delay(duration, TimeProvider.System);
        child.Signal("CONT");
        string failed = await child.Process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"{world.Contender.Name} has reported nothing.");
        return [world.Fake.TokenRequests.Count, int.Parse(failed, CultureInfo.InvariantCulture)];
    }

    /// <summary>What the process does: one call per caller, and a line with the number of those that failed.</summary>
    public static async Task<int> MakeCallsAsync(string contender, Uri tokenEndpoint, Uri apiBaseAddress, string clientId, string clientSecret, int callers)
    {
        Access access = new(tokenEndpoint, apiBaseAddress, clientId, clientSecret, () => new SocketsHttpHandler { UseProxy = false });
        Load load = new(Contender.All.Single(candidate => candidate.Name == contender).Connect(access), TimeSpan.FromSeconds(40));
        await load.AtOnceAsync(callers);
        Console.WriteLine(load.Failed.ToString(CultureInfo.InvariantCulture));
        return 0;
    }
}
