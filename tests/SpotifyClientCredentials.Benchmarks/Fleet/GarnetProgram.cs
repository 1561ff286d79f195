namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>The store process if there is no redis-server. Runs until its standard input closes.</summary>
internal static class GarnetProgram
{
    public static int Run(string port)
    {
        // DistributedLock releases a lock by a Lua script, so that an instance cannot release a lock that it has lost.
        using Garnet.GarnetServer server = new(["--port", port, "--bind", "127.0.0.1", "--lua", "--memory", "64m", "--index", "1m"]);
        server.Start();
        while (Console.ReadLine() is not null)
        {
        }

        return 0;
    }
}
