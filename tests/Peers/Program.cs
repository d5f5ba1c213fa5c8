using GaiaOrleans.Peers;

return await PeerCommand.Create().Parse(args).InvokeAsync();
